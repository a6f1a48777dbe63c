"""What can't be run: one event with a code, what is wrong and what to do; and what waits instead."""

import json
import subprocess
import sys
import threading

import pytest
import torch
from jobs import LEVELS, TOKENIZER, events, finish, lines, make_job, opt_config, start, train_job, wait_for, write_lines, write_stream


def failure(job, size=1):
    statuses = finish(start(job, size))
    assert statuses == [1] * size, (job / "log.txt").read_text()
    failures = events(job, "failed")
    assert len(failures) == 1, "said once, whatever the number of processes"
    assert events(job)[-1] == failures[0]
    return failures[0]


def emptied(job):
    for file in (job / "stream").iterdir():
        file.unlink()
    return job


@pytest.mark.parametrize(
    ("values", "code", "text"),
    [
        ({"model": {"folder": "/no/such/model"}}, "bad-checkpoint", "no model at /no/such/model"),
        ({"model": {"config": {"model_type": "no-such-kind"}}}, "bad-run", "no-such-kind"),
        ({"model": {}}, "bad-run", "neither or both of folder and config"),
        ({"model": {"config": opt_config(vocab_size=500)}}, "tokenizer-mismatch", "up to number 959, and the model knows 500"),
        ({"tokenizer": "/no/such/tokenizer"}, "bad-run", "no tokenizer at /no/such/tokenizer"),
        ({"length": 4096}, "bad-run", "length is 4096, and the model has 128 positions"),
        ({"batch": 3}, "bad-run", "no multiple of micro_batch"),
        ({"steps": "many"}, "bad-run", 'steps: expected a whole number, found "many"'),
        ({"precision": "fp8"}, "bad-run", "precision: expected bf16 or fp16 or fp32"),
        ({"tensor_parallel": 2}, "bad-run", "does not divide 1 processes"),
        ({"lora": {"rank": 2, "alpha": 2, "dropout": 0, "targets": ["nothing"]}}, "bad-run", "lora"),
        # Two thousand gigabytes of weights: no machine's allocator gives them.
        ({"model": {"config": opt_config(hidden_size=400_000, word_embed_proj_dim=400_000)}}, "out-of-memory", "memory"),
    ],
)
def test_bad_runs_say_what_is_wrong(tmp_path, values, code, text):
    told = failure(make_job(tmp_path / "job", **values))
    assert told["code"] == code and text in told["text"], told
    assert told["advice"]
    if code == "out-of-memory":
        assert told["advice"] == "set micro_batch: 1 (it is 2); batch stays as it is"


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a GPU")
def test_no_gpu_where_one_is_asked_for(tmp_path):
    told = failure(make_job(tmp_path / "job", device="cuda"))
    assert told["code"] == "no-gpu" and "device: cpu" in told["advice"]


def test_a_tokenizer_that_numbers_tokens_otherwise_than_the_models_own(tmp_path):
    base = make_job(tmp_path / "base", steps=1)
    train_job(base)
    document = json.loads(TOKENIZER.read_text())
    vocabulary = document["model"]["vocab"]
    one, other = list(vocabulary)[300:302]
    vocabulary[one], vocabulary[other] = vocabulary[other], vocabulary[one]
    (tmp_path / "tokenizer.json").write_text(json.dumps(document))
    told = failure(make_job(tmp_path / "job", model={"folder": str(base / "final")}, tokenizer=str(tmp_path / "tokenizer.json")))
    assert told["code"] == "tokenizer-mismatch" and "numbers 2 tokens otherwise" in told["text"]


def test_a_damaged_model_file(tmp_path):
    base = make_job(tmp_path / "base", steps=1)
    train_job(base)
    weights = base / "final" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    told = failure(make_job(tmp_path / "job", model={"folder": str(base / "final")}))
    assert told["code"] == "bad-checkpoint"


def test_a_stream_of_no_examples(tmp_path):
    job = emptied(make_job(tmp_path / "job"))
    (job / "stream" / "end.json").write_text(json.dumps({"parts": 0, "examples": 0}))
    assert failure(job)["code"] == "no-examples"


def test_a_stream_that_ends_too_early_is_told_by_all_processes_once_and_what_was_learned_is_kept(tmp_path):
    job = make_job(tmp_path / "job", examples=60, steps=50)
    told = failure(job, size=2)
    assert told["code"] == "stream-ended" and "steps" in told["advice"]
    assert events(job, "checkpoint")[-1]["step"] == events(job, "step")[-1]["step"] > 0


def test_a_stream_that_is_written_no_further_is_told_in_its_words_and_what_was_learned_is_kept(tmp_path):
    job = make_job(tmp_path / "job", steps=50)
    write_stream(emptied(job), lines(60), end=False)
    fault = {"text": "notes.tsv changed since it was imported", "advice": "put it back", "attempt": None}
    (job / "stream" / "fault.json").write_text(json.dumps(fault))
    told = failure(job)
    assert (told["code"], told["text"], told["advice"]) == ("stream-ended", fault["text"], fault["advice"])
    assert events(job, "checkpoint")[-1]["step"] == events(job, "step")[-1]["step"] > 0
    assert not any("waiting for" in event["text"] for event in events(job, "message"))


def test_what_kept_the_stream_from_being_written_in_another_attempt_is_past(tmp_path):
    job = make_job(tmp_path / "job", steps=50)
    write_stream(emptied(job), lines(60), end=False)
    fault = {"text": "notes.tsv changed since it was imported", "advice": "put it back", "attempt": "2"}
    (job / "stream" / "fault.json").write_text(json.dumps(fault))
    assert "part-00001.jsonl is missing" in failure(job)["text"]


def test_a_part_that_never_comes_is_said_then_given_up(tmp_path):
    job = make_job(tmp_path / "job", steps=50)
    write_stream(emptied(job), lines(60), end=False)
    told = failure(job)
    assert told["code"] == "stream-ended" and "part-00001.jsonl is missing" in told["text"]
    assert any("waiting for part-00001.jsonl" in event["text"] for event in events(job, "message"))


def test_a_part_that_comes_late_is_waited_for(tmp_path):
    job = make_job(tmp_path / "job", steps=6)
    examples = lines(400)
    write_stream(emptied(job), examples[:40], end=False)

    def feed():
        wait_for(lambda: any("waiting" in event["text"] for event in events(job, "message")), every=0.05)
        aside = job / "stream" / ".part-00001.jsonl"
        write_lines(aside, examples[40:])
        aside.rename(job / "stream" / "part-00001.jsonl")

    feeder = threading.Thread(target=feed)
    feeder.start()
    train_job(job)
    feeder.join()
    whole = make_job(tmp_path / "whole", steps=6)
    write_stream(emptied(whole), examples)
    train_job(whole)
    losses = [[event["loss"] for event in events(one, "step")] for one in (job, whole)]
    assert losses[0] == losses[1]


def test_validation_examples_that_come_late_are_waited_for(tmp_path):
    job = make_job(tmp_path / "job", steps=2, validation={"every": 2, "examples": 12})

    def feed():
        wait_for(lambda: any("waiting" in event["text"] for event in events(job, "message")), every=0.05)
        for level in LEVELS:
            write_lines(job / "stream" / "validation" / f"{level}.jsonl", lines(5))

    feeder = threading.Thread(target=feed)
    feeder.start()
    train_job(job)
    feeder.join()
    assert [list(event["levels"]) for event in events(job, "validation")] == [list(LEVELS)] * 2


def test_a_line_that_is_no_example_is_named(tmp_path):
    job = make_job(tmp_path / "job")
    part = job / "stream" / "part-00000.jsonl"
    text = part.read_text().splitlines()
    text[4] = '{"index": 4}'
    part.write_text("\n".join(text) + "\n")
    told = failure(job)
    assert "part-00000.jsonl:5: no example of a training stream" in told["text"]


def test_the_doctor_gives_one_document():
    told = subprocess.run([sys.executable, "-m", "heldout_runner", "doctor"], capture_output=True, text=True, check=True)
    document = json.loads(told.stdout)
    assert document["packages"]["torch"]["version"].split("+")[0] == torch.__version__.split("+")[0]
    assert document["cuda"]["available"] == torch.cuda.is_available()
    assert document["ok"] == (not any(problem["required"] for problem in document["problems"]))


def test_the_doctor_works_where_nothing_is_installed():
    code = "import sys; sys.path[:] = [p for p in sys.path if 'site-packages' not in p]; import runpy; sys.argv = ['x', 'doctor']; runpy.run_module('heldout_runner', run_name='__main__')"
    told = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False)
    document = json.loads(told.stdout)
    assert document["ok"] is False and document["packages"]["torch"]["version"] is None
    assert any(problem["text"] == "torch is missing" and "setup" in problem["mend"] for problem in document["problems"])
