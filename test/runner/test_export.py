"""A checkpoint exported equals the final weights, however it was sharded; broken and missing ones are refused."""

import json
import subprocess
import sys

import pytest
import torch
from checkpoints import save
from jobs import make_job, opt_config, train_job
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from heldout_runner.export import export

STEPS = {"steps": 4, "checkpoint": {"every": 2, "keep": 2}}
LORA = {"rank": 4, "alpha": 8, "dropout": 0.1, "targets": ["q_proj", "v_proj"]}


def equal_folders(one, other):
    names = sorted(path.name for path in one.iterdir())
    assert names == sorted(path.name for path in other.iterdir())
    for name in (name for name in names if (one / name).is_file()):
        if not name.endswith(".safetensors"):
            assert (one / name).read_bytes() == (other / name).read_bytes(), name
            continue
        left, right = load_file(one / name), load_file(other / name)
        assert left.keys() == right.keys() and left
        for key in left:
            assert left[key].dtype == right[key].dtype and torch.equal(left[key], right[key]), key


@pytest.mark.parametrize(
    ("size", "values"),
    [
        (1, {}),
        (1, {"precision": "bf16"}),
        (1, {"lora": LORA}),
        (2, {}),
        (2, {"tensor_parallel": 2}),
        (4, {"tensor_parallel": 2}),
    ],
    ids=["alone", "bf16", "lora", "sharded", "tensor-parallel", "both"],
)
def test_the_last_checkpoint_equals_the_final_weights(size, values, tmp_path):
    job = make_job(tmp_path / "job", **STEPS, **values)
    train_job(job, size)
    # In a process of its own, as the engine does it: no rank of the run is there any more.
    out = tmp_path / "exports" / "last"
    subprocess.run([sys.executable, "-m", "heldout_runner", "export", str(job), "4", str(out)], check=True)
    equal_folders(out, job / "final")
    assert [path.name for path in out.parent.iterdir()] == ["last"]


def test_adapters_are_merged_into_the_weights_of_the_models_folder(tmp_path):
    base = save(tmp_path / "base", opt_config())
    job = make_job(tmp_path / "job", **STEPS, lora=LORA, model={"folder": str(base)})
    train_job(job)
    export(job, 4, tmp_path / "last")
    equal_folders(tmp_path / "last", job / "final")


def test_an_earlier_checkpoint_is_another_model_that_transformers_loads(tmp_path):
    job = make_job(tmp_path / "job", **STEPS)
    train_job(job)
    export(job, 2, tmp_path / "earlier")
    model, last = (AutoModelForCausalLM.from_pretrained(folder) for folder in (tmp_path / "earlier", job / "final"))
    differs = [not torch.equal(one, other) for one, other in zip(model.parameters(), last.parameters())]
    assert all(differs)
    assert AutoTokenizer.from_pretrained(tmp_path / "earlier").eos_token == "</s>"


def test_what_is_broken_or_gone_is_refused_and_leaves_nothing(tmp_path):
    job = make_job(tmp_path / "job", **STEPS)
    train_job(job)

    def refusal(step):
        words = [sys.executable, "-m", "heldout_runner", "export", str(job), str(step), str(tmp_path / "out" / "it")]
        ended = subprocess.run(words, capture_output=True, text=True)
        assert ended.returncode == 1
        assert not (tmp_path / "out").exists()
        return ended.stderr.strip().splitlines()[-1]

    assert "step-00000003 is broken or gone" in refusal(3)
    shard = next((job / "checkpoints" / "step-00000002").glob("*.distcp"))
    shard.write_bytes(shard.read_bytes()[:-1] + b"!")
    assert f"{shard.name} has other bytes than were written; name another checkpoint" in refusal(2)
    (job / "run.json").write_text(json.dumps({"version": 1}))
    assert "run.json" in refusal(4)
