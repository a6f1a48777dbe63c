"""Against EleutherAI's lm-evaluation-harness: the same checkpoint, tasks and prompts, offline."""

import json
import subprocess

import pytest
from oracle import ROOT, oracle_python


@pytest.fixture(scope="module")
def results():
    python, missing = oracle_python()
    if python is None:
        pytest.skip(f"no lm-evaluation-harness: {missing}")
    command = [python, str(ROOT / "bench" / "evaluate.py"), "--shape", "tiny", "--examples", "12"]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr[-4000:]
    return json.loads(ran.stdout)["results"]


@pytest.mark.parametrize("kind", ["words", "letters", "cut", "begin", "encoder-decoder"])
def test_likelihoods_and_accuracies_are_the_harnesss(results, kind):
    told = results[kind]
    print(f"{kind}: max difference {told['difference']:.1e}, accuracy {told['accuracy']}, differing {told['differing']}")
    assert 0 <= told["difference"] < 5e-5
    assert told["differing"] == told["explained"], "each prediction that differs has a margin within the tolerance"
    if not told["differing"]:
        assert told["accuracy"]["ours"] == told["accuracy"]["theirs"]


def test_greedy_texts_are_the_harnesss(results):
    assert results["text"]["texts"] == 12 and results["text"]["texts_differ"] == 0
