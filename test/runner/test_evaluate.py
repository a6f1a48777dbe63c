"""The job around it: resumed without scoring anything twice, stopped politely, and what can't be run."""

import json
import os
import shutil
import signal

import pytest
import torch
from checkpoints import answers, evaluate, make_job, opt, ranking, save, start, writing
from jobs import events, opt_config, wait_for

from heldout_runner.lock import FolderLock
from heldout_runner.scoring.evaluate import evaluate as run


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return opt(tmp_path_factory.mktemp("opt") / "model", max_position_embeddings=256)


#: Small batches, so that there are many.
MANY = {"batch_tokens": 16}


def lines(job):
    file = job / "scores.jsonl"
    return file.read_bytes().count(b"\n") if file.exists() else 0


@pytest.fixture(scope="module")
def whole(checkpoint, tmp_path_factory):
    requests = [*ranking(600), *writing(40)]
    return requests, evaluate(make_job(tmp_path_factory.mktemp("whole") / "job", checkpoint, requests, **MANY))


def test_kill_9_then_the_rest_is_scored_and_nothing_twice(checkpoint, tmp_path, whole):
    requests, expected = whole
    job = make_job(tmp_path / "job", checkpoint, requests, **MANY)
    kept = 0
    for least in (1, 100):
        child = start(job)
        wait_for(lambda: lines(job) >= max(least, kept + 1) or not child.is_alive())
        assert child.is_alive(), (job / "log.txt").read_text()
        child.kill()
        child.join()
        assert kept < lines(job) < len(requests)
        kept = lines(job)
        before = (job / "scores.jsonl").read_bytes()
        # What a kill in the middle of a write leaves.
        (job / "scores.jsonl").write_bytes(before + b'{"id":"rank/1","log_li')
    assert run(job, Stop()) == 0
    assert (job / "scores.jsonl").read_bytes().startswith(before), "what was scored stays as it was"
    found = answers(job)
    assert found.keys() == expected.keys()
    for id, answer in expected.items():
        if "text" in answer:
            assert found[id] == answer
        else:
            assert found[id]["log_likelihoods"] == pytest.approx(answer["log_likelihoods"], abs=5e-5)
    done = events(job)[-1]
    assert (done["event"], done["step"], done["path"]) == ("done", len(requests), "scores.jsonl")


class Stop:
    """Asked to stop when it has been looked at so many times; None: never."""

    def __init__(self, after=None):
        self.left = after

    @property
    def asked(self):
        if self.left is None:
            return False
        self.left -= 1
        return self.left < 0


def test_sigterm_ends_with_3_and_goes_on(checkpoint, tmp_path, whole):
    requests, expected = whole
    job = make_job(tmp_path / "job", checkpoint, requests, **MANY)
    child = start(job)
    wait_for(lambda: lines(job) or not child.is_alive())
    os.kill(child.pid, signal.SIGTERM)
    child.join(300)
    assert child.exitcode == 3, (job / "log.txt").read_text()
    scored = lines(job)
    assert 0 < scored < len(requests)
    assert not events(job, "done") and not events(job, "failed")
    assert events(job, "message")[-1]["text"] == f"stopped after {scored} of {len(requests)} requests"
    assert run(job, Stop()) == 0
    assert answers(job).keys() == expected.keys()


def test_a_stop_reaches_texts_that_are_being_written(checkpoint, tmp_path):
    job = make_job(tmp_path / "job", checkpoint, writing(8, most=100), batch_tokens=4096)
    assert run(job, Stop(after=10)) == 3
    assert lines(job) == 0
    assert len(evaluate(job)) == 8


def test_progress_tells_how_fast_it_is(checkpoint, tmp_path):
    job = make_job(tmp_path / "job", checkpoint, ranking(30))
    evaluate(job)
    last = events(job, "progress")[-1]
    assert (last["done"], last["total"], last["unit"]) == (30, 30, "requests") and last["rate"] > 0
    before = (job / "scores.jsonl").read_bytes()
    evaluate(job)
    assert (job / "scores.jsonl").read_bytes() == before, "all is scored: nothing is left to do"


def failure(job):
    assert run(job, Stop()) == 1
    [told] = events(job, "failed")
    assert events(job)[-1] == told
    return told


def without(folder, target, *names):
    shutil.copytree(folder, target)
    for name in names:
        (target / name).unlink()
    return target


def test_checkpoints_that_are_none(checkpoint, tmp_path):
    pickled = save(tmp_path / "pickled", opt_config(), pickled=True)
    cut = without(checkpoint, tmp_path / "cut")
    (cut / "model.safetensors").write_bytes((cut / "model.safetensors").read_bytes()[:5000])
    part = without(checkpoint, tmp_path / "part")
    (part / "model.safetensors").unlink()
    (part / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}))
    lacking = without(checkpoint, tmp_path / "lacking")
    config = json.loads((lacking / "config.json").read_text())
    (lacking / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 3}))
    other = without(checkpoint, tmp_path / "other")
    (other / "config.json").write_text(json.dumps({**config, "ffn_dim": 128}))
    for folder, text, advice in [
        (tmp_path / "none", "there is no such folder", "name a folder"),
        (without(checkpoint, tmp_path / "bare", "config.json"), "its config.json is missing", "name a folder"),
        (without(checkpoint, tmp_path / "empty", "model.safetensors"), "has no model.safetensors", "name a folder"),
        (pickled, "pytorch_model.bin, a pickle, which can run code", "save_pretrained"),
        (cut, "cut", "name another"),
        (part, "is not whole: one.safetensors is missing, and 1 more", "copy the checkpoint again"),
        (lacking, "has no weights that fit model.decoder.layers.2", "copy the checkpoint again"),
        (other, "fc1", "another"),
    ]:
        job = make_job(tmp_path / f"job-{folder.name}", folder, ranking(2), tokenizer=str(checkpoint / "tokenizer.json"))
        told = failure(job)
        assert told["code"] == "bad-checkpoint" and text in told["text"] and advice in told["advice"], told
        assert not (job / "scores.jsonl").exists()


def test_bad_jobs_say_what_is_wrong(checkpoint, tmp_path):
    for number, (values, code, text) in enumerate(
        [
            ({"batch_tokens": 0}, "bad-run", "batch_tokens is 0, at least 2 is needed"),
            ({"precision": "fp8"}, "bad-run", "precision: expected auto or fp32 or bf16 or fp16"),
            ({"length": 4096}, "bad-run", "length is 4096"),
            ({"tokenizer": "/no/such/tokenizer"}, "bad-run", "no tokenizer at /no/such/tokenizer"),
        ]
    ):
        told = failure(make_job(tmp_path / str(number), checkpoint, ranking(2), **values))
        assert told["code"] == code and text in told["text"] and told["advice"], told


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_no_gpu_where_one_is_asked_for(checkpoint, tmp_path):
    assert failure(make_job(tmp_path / "job", checkpoint, ranking(2), device="cuda"))["code"] == "no-gpu"


def test_requests_that_are_none_are_named(checkpoint, tmp_path):
    good = ranking(2)
    for number, (line, text) in enumerate(
        [
            ("{", "no request"),
            (json.dumps({**good[0], "kind": "guess"}), "kind 'guess' is neither rank nor generate"),
            (json.dumps({**good[0], "continuations": []}), "no continuations"),
            (json.dumps({"id": "x", "kind": "rank", "continuations": ["a"]}), "'prefix' is missing"),
            (json.dumps({**good[0], "prefix": 3}), "expected text, found 3"),
            (json.dumps({"id": "x", "kind": "generate", "prefix": "a", "max_tokens": 0}), "max_tokens is 0"),
        ]
    ):
        job = make_job(tmp_path / str(number), checkpoint, good)
        with open(job / "requests.jsonl", "a") as file:
            file.write(line + "\n")
        assert f"requests.jsonl:3: no request" in (told := failure(job))["text"] and text in told["text"]
    assert "the id rank/0 is there twice" in failure(make_job(tmp_path / "twice", checkpoint, [good[0], good[0]]))["text"]


def test_a_tokenizer_that_is_not_the_models(tmp_path):
    checkpoint = opt(tmp_path / "model", vocab_size=300)
    found = evaluate(make_job(tmp_path / "job", checkpoint, [*ranking(3), *writing(3)]))
    assert len(found) == 6 and all("the model knows 300: they don't belong together" in one["error"] for one in found.values())


def test_a_second_process_is_refused_and_the_first_is_not_harmed(checkpoint, tmp_path):
    job = make_job(tmp_path / "job", checkpoint, ranking(2))
    first = FolderLock(job)
    second = start(job)
    second.join(300)
    assert second.exitcode == 1
    assert "is being written by process" in (job / "log.txt").read_text()
    assert not events(job), "the events belong to the first"
    first.close()
    assert len(evaluate(job)) == 2
