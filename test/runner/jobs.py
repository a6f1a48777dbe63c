"""Job folders of tiny models, and real processes that train them."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable, Iterable
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

TOKENIZER = Path(__file__).resolve().parents[2] / "samples" / "data" / "tokenizer.json"
WORDS = "the river heron walks slowly past a quiet mill and asks who left the gate open yes no maybe".split()
LEVELS = ("fully_held_out", "partially_held_out", "fully_supervised")

#: Imports torch once; each process of a test is forked from it. It runs nothing itself, so forking is safe.
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["heldout_runner.train", "heldout_runner.stream", "peft", "transformers.models.opt"])


def opt_config(**values: Any) -> dict[str, Any]:
    """A tiny OPT that knows the samples' tokenizer."""
    config = dict(
        model_type="opt",
        vocab_size=960,
        hidden_size=32,
        word_embed_proj_dim=32,
        ffn_dim=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=128,
        dropout=0.1,
        pad_token_id=1,
        bos_token_id=2,
        eos_token_id=2,
    )
    return {**config, **values}


def resolved(**values: Any) -> dict[str, Any]:
    """A run.json; `values` win."""
    optimizer = dict(
        learning_rate=1e-3, betas=[0.9, 0.95], eps=1e-8, weight_decay=0.1, warmup=3, decay="linear", clip=1.0
    )
    run = dict(
        version=1,
        name="tiny",
        seed=1,
        model={"config": opt_config()},
        tokenizer=str(TOKENIZER),
        steps=6,
        batch=4,
        micro_batch=2,
        length=64,
        optimizer=optimizer,
        dropout=0.1,
        precision="fp32",
        gradient_checkpointing=False,
        tensor_parallel=1,
        device="cpu",
        lora=None,
        checkpoint={"every": 100, "keep": 2},
        validation={"every": 0, "examples": 8},
        log_every=1,
        masking=True,
    )
    return {**run, **values}


def lines(count: int, seed: int = 3, start: int = 0) -> list[dict[str, Any]]:
    """Examples of a stream: questions and answers of random words, from two collections."""
    draw = random.Random(seed)

    def text(least: int, most: int) -> str:
        return " ".join(draw.choices(WORDS, k=draw.randint(least, most)))

    return [
        {
            "index": start + number,
            "task": f"{collection}/task",
            "collection": collection,
            "stream": "tasks",
            "pieces": [[text(3, 20) + "\nAnswer:", 0], [" " + text(1, 4), 1]],
        }
        for number in range(count)
        for collection in [draw.choice(["sni", "flan"])]
    ]


def write_lines(file: Path, examples: Iterable[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(example) + "\n" for example in examples), encoding="utf-8")


def write_stream(job: Path, examples: list[dict[str, Any]], per_part: int = 64, end: bool = True) -> None:
    parts = [examples[at : at + per_part] for at in range(0, len(examples), per_part)]
    for number, part in enumerate(parts):
        write_lines(job / "stream" / f"part-{number:05d}.jsonl", part)
    if end:
        (job / "stream").mkdir(parents=True, exist_ok=True)
        (job / "stream" / "end.json").write_text(json.dumps({"parts": len(parts), "examples": len(examples)}))


def make_job(folder: Path, examples: int = 400, held_out: bool = False, **values: Any) -> Path:
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(resolved(**values)))
    write_stream(folder, lines(examples))
    if held_out:
        for seed, level in enumerate(LEVELS):
            write_lines(folder / "stream" / "validation" / f"{level}.jsonl", lines(12, seed=100 + seed))
    return folder


def _rank(job: str, rank: int, size: int, port: int) -> None:
    log = os.open(Path(job) / "log.txt", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if size > 1:
        os.environ.update(
            RANK=str(rank), WORLD_SIZE=str(size), LOCAL_RANK=str(rank), MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port)
        )
    from heldout_runner.process import StopSignal, die_with_parent

    die_with_parent()
    stop = StopSignal()
    from heldout_runner.stream import Patience
    from heldout_runner.train import train

    sys.exit(train(Path(job), stop, Patience(poll=0.02, say_after=0.2, fail_after=2.0)))


def start(job: Path, size: int = 1) -> list[ForkServerProcess]:
    """Starts the ranks that train a job; they die with the test."""
    from heldout_runner.launch import free_port

    port = free_port()
    ranks = [processes.Process(target=_rank, args=(str(job), rank, size, port), daemon=True) for rank in range(size)]
    for rank in ranks:
        rank.start()
    return ranks


def finish(ranks: list[ForkServerProcess], timeout: float = 300.0) -> list[int | None]:
    for rank in ranks:
        rank.join(timeout)
    return [rank.exitcode for rank in ranks]


def train_job(job: Path, size: int = 1) -> list[dict[str, Any]]:
    """Trains to the end; gives the events. The log is shown where it fails."""
    statuses = finish(start(job, size))
    assert statuses == [0] * size, (job / "log.txt").read_text()
    return events(job)


def events(job: Path, kind: str | None = None) -> list[dict[str, Any]]:
    file = job / "work.jsonl"
    if not file.exists():
        return []
    records = [json.loads(line) for line in file.read_text().splitlines() if line.endswith("}")]
    return [record for record in records if kind in (None, record["event"])]


def curve(job: Path) -> dict[int, tuple[float, float, float, str]]:
    """Of each step, as last reported: loss, gradient norm, rate, and the losses by collection, exactly."""
    return {
        record["step"]: (record["loss"], record["grad_norm"], record["lr"], json.dumps(record["collections"]))
        for record in events(job, "step")
    }


def wait_for(condition: Callable[[], Any], timeout: float = 120.0, every: float = 0.001) -> None:
    until = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(every)
