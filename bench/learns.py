"""Does it learn? A tiny OPT, from random weights, trained on a stream for some minutes; its held-out loss by level.

    python bench/learns.py STREAM TOKENIZER [--base STREAM] [--minutes 4] [--length 256] [--out curve.json]

STREAM is the `stream/` of any job (`heldout train` writes one), with `validation/`. With `--base` a model is first
trained on that stream (pretraining text, say), its held-out loss taken on STREAM's levels, and STREAM then tunes it.
The real runner trains, in a job's folder under a temporary one; it is stopped politely when the time is over and its
last validation counts. Prints a Markdown table; `--out` keeps the curves as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

RUNNER = Path(__file__).resolve().parents[1] / "server" / "runner"
LEVELS = ("fully_held_out", "partially_held_out", "fully_supervised")


def tiny_opt(vocabulary: int, length: int) -> dict[str, Any]:
    """3 million weights and the embeddings; numbers of tokens rounded up as OPT's are."""
    return dict(
        model_type="opt",
        vocab_size=-(-vocabulary // 64) * 64,
        hidden_size=256,
        word_embed_proj_dim=256,
        ffn_dim=1024,
        num_hidden_layers=4,
        num_attention_heads=8,
        max_position_embeddings=length,
        dropout=0.1,
    )


def prepared(folder: Path, stream: Path, validation: Path, model: dict[str, Any], options: argparse.Namespace) -> None:
    folder.mkdir(parents=True)
    (folder / "stream").symlink_to(stream.resolve())
    if validation.resolve() != stream.resolve():
        # The levels of the other stream are what both are compared on.
        (folder / "stream").unlink()
        (folder / "stream").mkdir()
        for file in stream.glob("*.json*"):
            (folder / "stream" / file.name).symlink_to(file.resolve())
        (folder / "stream" / "validation").symlink_to((validation / "validation").resolve())
    run = dict(
        version=1,
        name="learns",
        seed=1,
        model=model,
        tokenizer=str(Path(options.tokenizer).resolve()),
        steps=options.steps,
        batch=options.batch,
        micro_batch=options.batch,
        length=options.length,
        optimizer=dict(learning_rate=options.rate, warmup=20),
        dropout=0.1,
        precision="fp32",
        gradient_checkpointing=False,
        tensor_parallel=1,
        device="auto",
        lora=None,
        checkpoint=dict(every=10**9, keep=1),
        validation=dict(every=options.every, examples=0),
    )
    (folder / "run.json").write_text(json.dumps(run))


def trained(folder: Path, minutes: float) -> list[dict[str, Any]]:
    """Trains a job to its last step or, politely, to the end of the time; gives its events."""
    env = {**os.environ, "PYTHONPATH": str(RUNNER)}
    with open(folder / "log.txt", "wb") as log:
        job = subprocess.Popen(
            [sys.executable, "-m", "heldout_runner", "train", str(folder)], env=env, stdout=log, stderr=log
        )
        try:
            status = job.wait(minutes * 60)
        except subprocess.TimeoutExpired:
            job.send_signal(signal.SIGTERM)
            status = job.wait()
    events = [json.loads(line) for line in (folder / "work.jsonl").read_text().splitlines()]
    ended = next((event for event in events if event["event"] == "failed"), None)
    # A finite stream may end before the time does: what was learned by then counts.
    if status not in (0, 3) and not (ended and ended["code"] == "stream-ended"):
        raise SystemExit((folder / "log.txt").read_text())
    return events


def table(name: str, events: list[dict[str, Any]]) -> None:
    losses = {event["step"]: event["loss"] for event in events if event["event"] == "step"}
    print(f"\n{name}\n\n| step | training loss | {' | '.join(level.replace('_', ' ') for level in LEVELS)} |")
    print("|---|---|---|---|---|")
    for event in events:
        if event["event"] == "validation":
            told = [event["levels"].get(level) for level in LEVELS]
            cells = [f"{level['loss']:.3f}" if level else "" for level in told]
            loss = losses.get(event["step"])
            print(f"| {event['step']} | {f'{loss:.3f}' if loss else ''} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("stream", type=Path)
    parser.add_argument("tokenizer")
    parser.add_argument("--base", type=Path, help="a stream to train on first")
    parser.add_argument("--minutes", type=float, default=4.0, help="of each training")
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--every", type=int, default=50, help="steps between two validations")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    tokenizer = json.loads(Path(options.tokenizer).read_text(encoding="utf-8"))
    added = [token["id"] + 1 for token in tokenizer.get("added_tokens", [])]
    vocabulary = max([len(tokenizer["model"]["vocab"]), *added])
    folder = Path(tempfile.mkdtemp(prefix="heldout-learns-"))
    curves: dict[str, list[dict[str, Any]]] = {}
    try:
        model: dict[str, Any] = {"config": tiny_opt(vocabulary, options.length)}
        phases = [("base", options.base)] if options.base else []
        for name, stream in [*phases, ("tuned", options.stream)]:
            began = time.monotonic()
            prepared(folder / name, stream, options.stream, model, options)
            curves[name] = trained(folder / name, options.minutes)
            table(f"{name}, {(time.monotonic() - began) / 60:.1f} min", curves[name])
            if not (folder / name / "final").is_dir():
                break
            model = {"folder": str(folder / name / "final")}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if options.out:
        options.out.write_text(json.dumps(curves))


if __name__ == "__main__":
    main()
