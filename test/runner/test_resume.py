"""Killed anywhere, stopped, broken on disk: what is gone on from, and that no number differs from the unbroken run."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from jobs import curve, events, finish, make_job, start, train_job, wait_for

LONG = {"steps": 14, "checkpoint": {"every": 3, "keep": 3}}


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    job = make_job(tmp_path_factory.mktemp("unbroken") / "job", **LONG)
    train_job(job)
    return curve(job)


def kill(ranks):
    for rank in ranks:
        os.kill(rank.pid, signal.SIGKILL)
    return finish(ranks)


def steps_of(job):
    return [event["step"] for event in events(job, "step")]


def resumed_from(job):
    return [event["resumed_from"] for event in events(job, "started")]


def names(job):
    return sorted(path.name for path in (job / "checkpoints").iterdir())


def test_killed_between_checkpoints_and_resumed_equals_unbroken(unbroken, tmp_path):
    job = make_job(tmp_path / "job", **LONG)
    for at in (5, 10):
        ranks = start(job)
        wait_for(lambda: steps_of(job) and steps_of(job)[-1] >= at)
        kill(ranks)
    train_job(job)
    assert resumed_from(job)[0] == 0 and all(step > 0 and step % 3 == 0 for step in resumed_from(job)[1:])
    assert curve(job) == unbroken
    assert names(job) == ["latest", "step-00000009", "step-00000012", "step-00000014"]
    assert (job / "checkpoints" / "latest").read_text() == "step-00000014\n"


def test_killed_inside_a_save_and_resumed_equals_unbroken(unbroken, tmp_path):
    job = make_job(tmp_path / "job", **LONG)
    aside = job / "checkpoints" / ".step-00000006.writing"
    ranks = start(job)
    wait_for(aside.exists, every=0.0002)
    kill(ranks)
    assert aside.exists() and not (job / "checkpoints" / "step-00000006").exists(), "killed too late to show anything"
    train_job(job)
    assert resumed_from(job) == [0, 3]
    assert curve(job) == unbroken
    assert not aside.exists()


def test_two_processes_killed_one_after_the_other_and_resumed_equal_unbroken(tmp_path):
    values = {"steps": 8, "checkpoint": {"every": 3, "keep": 2}}
    whole, broken = make_job(tmp_path / "whole", **values), make_job(tmp_path / "broken", **values)
    train_job(whole, 2)
    ranks = start(broken, 2)
    wait_for(lambda: steps_of(broken) and steps_of(broken)[-1] >= 4)
    os.kill(ranks[1].pid, signal.SIGKILL)
    statuses = finish(ranks, timeout=60)
    assert statuses[1] == -signal.SIGKILL and statuses[0] != 0, "the other one does not wait for ever"
    train_job(broken, 2)
    assert resumed_from(broken) == [0, 3]
    assert curve(broken) == curve(whole)


def test_sigterm_writes_a_checkpoint_ends_with_3_and_goes_on_exactly(unbroken, tmp_path):
    job = make_job(tmp_path / "job", **LONG)
    ranks = start(job)
    wait_for(lambda: steps_of(job) and steps_of(job)[-1] >= 4)
    os.kill(ranks[0].pid, signal.SIGTERM)
    assert finish(ranks) == [3]
    last = steps_of(job)[-1]
    assert events(job, "checkpoint")[-1]["step"] == last and not events(job, "done") and not events(job, "failed")
    train_job(job)
    assert resumed_from(job) == [0, last]
    assert curve(job) == unbroken
    assert steps_of(job) == list(range(1, 15)), "no step was taken twice"


def test_a_broken_checkpoint_falls_back_to_the_one_before(unbroken, tmp_path):
    job = make_job(tmp_path / "job", **{**LONG, "steps": 14})
    ranks = start(job)
    wait_for(lambda: steps_of(job) and steps_of(job)[-1] >= 10)
    kill(ranks)
    newest = names(job)[-1]
    [shard] = (job / "checkpoints" / newest).glob("*.distcp")
    data = bytearray(shard.read_bytes())
    data[len(data) // 2] ^= 1
    shard.write_bytes(data)
    train_job(job)
    assert resumed_from(job)[1] == int(newest.removeprefix("step-")) - 3
    [warning] = [event for event in events(job, "message") if event["severity"] == "warning"]
    assert newest in warning["text"] and "other bytes than were written" in warning["text"]
    assert curve(job) == unbroken


def test_where_no_checkpoint_is_whole_the_run_fails_instead_of_starting_over(tmp_path):
    job = make_job(tmp_path / "job", steps=4, checkpoint={"every": 2, "keep": 2})
    train_job(job)
    for folder in (job / "checkpoints").glob("step-*"):
        (folder / "state.json").unlink()
    assert finish(start(job)) == [1]
    assert events(job)[-1]["code"] == "bad-checkpoint" and "remove that folder" in events(job)[-1]["advice"]


def test_another_number_of_processes_goes_on_and_says_what_differs(tmp_path):
    job = make_job(tmp_path / "job", steps=6, dropout=0.0, checkpoint={"every": 3, "keep": 2})
    whole = make_job(tmp_path / "whole", steps=6, dropout=0.0)
    train_job(whole)
    ranks = start(job)
    wait_for(lambda: events(job, "checkpoint"))
    kill(ranks)
    train_job(job, 2)
    assert "written by 1 processes and is read by 2" in events(job, "message")[-1]["text"]
    for step, (loss, *_) in curve(whole).items():
        assert curve(job)[step][0] == pytest.approx(loss, abs=1e-5)


def test_a_second_writer_is_refused_and_the_first_is_not_harmed(tmp_path):
    job = make_job(tmp_path / "job", steps=200, examples=4000)
    first = start(job)
    wait_for(lambda: events(job, "step"))
    assert finish(start(job)) == [1]
    assert "is being written by process" in (job / "log.txt").read_text()
    assert not events(job, "failed"), "the events belong to the first"
    os.kill(first[0].pid, signal.SIGTERM)
    assert finish(first) == [3]


def launched(job):
    command = [sys.executable, "-m", "heldout_runner", "train", str(job), "--processes", "2"]
    with open(job / "log.txt", "ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux alone tells of a parent's death")
def test_no_process_outlives_its_launcher(tmp_path):
    launcher = launched(make_job(tmp_path / "job"))
    wait_for(lambda: len(children_of(launcher.pid)) == 2)
    children = children_of(launcher.pid)
    time.sleep(0.5)
    assert all(alive(pid) for pid in children)
    launcher.kill()
    launcher.wait()
    wait_for(lambda: not any(alive(pid) for pid in children), timeout=10)


def test_a_polite_stop_of_the_launcher_reaches_all_ranks(tmp_path):
    job = make_job(tmp_path / "job", steps=400, examples=9000)
    launcher = launched(job)
    wait_for(lambda: events(job, "step"))
    launcher.terminate()
    assert launcher.wait(60) == 3
    assert events(job, "checkpoint")[-1]["step"] == steps_of(job)[-1]
    assert events(job, "started")[0]["world"] == 2 and not events(job, "failed")


def alive(pid):
    try:
        state = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_line_that_a_kill_left_broken_is_cut_off(tmp_path):
    from heldout_runner.events import Events

    file = tmp_path / "work.jsonl"
    file.write_text('{"event":"step","step":1}\n{"event":"st')
    Events(file).send("step", step=2, loss=float("nan"))
    first, second = file.read_text().splitlines()
    assert json.loads(first)["step"] == 1
    told = json.loads(second)
    assert told["step"] == 2 and told["loss"] is None and abs(told["time"] - time.time() * 1000) < 60_000
