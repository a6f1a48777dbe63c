"""Tiny checkpoints of random weights, requests for them, and the plain way to score: one row, no cache, no padding."""

from __future__ import annotations

import json
import os
import random
import sys
from functools import lru_cache
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import torch
from jobs import TOKENIZER, WORDS, events, opt_config, processes, write_lines
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM

from heldout_runner.tokens import Encoder

encoder = Encoder(str(TOKENIZER))


def save(folder: Path, config: dict[str, Any], tokenizer: dict[str, Any] | None = None, pickled: bool = False) -> Path:
    """Writes a checkpoint with weights so large that what leaks is seen."""
    torch.manual_seed(5)
    shape = AutoConfig.for_model(**config)
    kind = AutoModelForSeq2SeqLM if shape.is_encoder_decoder else AutoModelForCausalLM
    model = kind.from_config(shape)
    if pickled:
        folder.mkdir(parents=True)
        shape.save_pretrained(folder)
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
    else:
        model.save_pretrained(folder)
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer) if tokenizer else TOKENIZER.read_text())
    return folder


def opt(folder: Path, **values: Any) -> Path:
    return save(folder, opt_config(init_std=0.2, **values))


def t5(folder: Path) -> Path:
    config = dict(
        model_type="t5",
        vocab_size=960,
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        n_positions=128,
        initializer_factor=1.0,
        decoder_start_token_id=0,
        pad_token_id=0,
        eos_token_id=2,
        tie_word_embeddings=False,
        feed_forward_proj="gated-gelu",
    )
    tokenizer = json.loads(TOKENIZER.read_text())
    # As T5's: an encoded text ends with the token that ends texts.
    tokenizer["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
        "special_tokens": {"</s>": {"id": "</s>", "ids": [encoder.separator], "tokens": ["</s>"]}},
    }
    return save(folder, config, tokenizer)


def text(draw: random.Random, least: int, most: int) -> str:
    return " ".join(draw.choices(WORDS, k=draw.randint(least, most)))


def ranking(count: int, shots: int = 0, seed: int = 1, candidates: int = 4) -> list[dict[str, Any]]:
    """Questions with candidates of one to several words; those of a group begin with the same shots."""
    draw = random.Random(seed)
    shown = {group: "".join(f"{text(draw, 4, 6)}\nAnswer: {text(draw, 1, 2)}\n\n" for _ in range(shots)) for group in "ab"}
    return [
        {
            "id": f"rank/{number}",
            "kind": "rank",
            "prefix": f"{shown[group]}{text(draw, 3, 12)}\nAnswer:",
            "continuations": [" " + text(draw, 1, 5) for _ in range(candidates)],
            "group": group,
        }
        for number in range(count)
        for group in [draw.choice("ab")]
    ]


def writing(count: int, shots: int = 0, seed: int = 1, most: int = 12) -> list[dict[str, Any]]:
    return [
        {"id": one["id"].replace("rank", "write"), "kind": "generate", "prefix": one["prefix"], "max_tokens": most, "group": one["group"]}
        for one in ranking(count, shots, seed)
    ]


def make_job(folder: Path, checkpoint: Path, requests: list[dict[str, Any]], **values: Any) -> Path:
    folder.mkdir(parents=True)
    options = dict(
        version=1,
        checkpoint=str(checkpoint),
        tokenizer=str(checkpoint / "tokenizer.json"),
        batch_tokens=512,
        length=None,
        device="cpu",
        precision="auto",
    )
    (folder / "evaluate.json").write_text(json.dumps({**options, **values}))
    write_lines(folder / "requests.jsonl", requests)
    return folder


def _process(job: str) -> None:
    log = os.open(Path(job) / "log.txt", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    from heldout_runner.process import StopSignal

    stop = StopSignal()
    from heldout_runner.scoring.evaluate import evaluate as run

    sys.exit(run(Path(job), stop))


def start(job: Path) -> ForkServerProcess:
    """Starts the process that works on a job; it dies with the test."""
    process = processes.Process(target=_process, args=(str(job),), daemon=True)
    process.start()
    return process


def evaluate(job: Path) -> dict[str, dict[str, Any]]:
    """Runs a job to its end in this process; gives the answers by id."""
    from heldout_runner.scoring.evaluate import evaluate as run

    assert run(job, NeverStopped()) == 0, events(job)[-1]
    return answers(job)


class NeverStopped:
    asked = False


def answers(job: Path) -> dict[str, dict[str, Any]]:
    lines = [json.loads(line) for line in (job / "scores.jsonl").read_text().splitlines()]
    assert len({line["id"] for line in lines}) == len(lines), "nothing is answered twice"
    return {line["id"]: line for line in lines}


@lru_cache(maxsize=2)
def plain(checkpoint: Path) -> Any:
    return AutoModelForCausalLM.from_pretrained(checkpoint, local_files_only=True).eval()


@torch.no_grad()
def one_by_one(checkpoint: Path, prefix: str, continuation: str, length: int = 10**9) -> tuple[float, bool]:
    """The log-likelihood, and whether greedy decoding would have written it: a row of its own, plain attention."""
    model = plain(checkpoint)
    start = len(encoder.ids([prefix])[0])
    ids = torch.from_numpy(encoder.ids([prefix + continuation])[0]).long()
    own = ids[start:]
    row = ids[-(length + 1) :][:-1]
    logits = model(input_ids=row[None]).logits[0, -len(own) :].double()
    return logits.log_softmax(1).gather(1, own[:, None]).sum().item(), bool((logits.argmax(1) == own).all())


@torch.no_grad()
def written_alone(checkpoint: Path, prefix: str, most: int) -> list[int]:
    """Greedy text: the whole row read again for each token."""
    model = plain(checkpoint)
    ids = encoder.ids([prefix])[0].tolist()
    written: list[int] = []
    while len(written) < most:
        token = int(model(input_ids=torch.tensor([ids + written])).logits[0, -1].argmax())
        if token == encoder.separator:
            break
        written.append(token)
    return written
