"""What is asked for: `evaluate.json` and `requests.jsonl`, checked on reading."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..failure import RunFailure
from ..run import read_shaped
from ..stream import well_formed


@dataclass(frozen=True)
class EvaluateJob:
    #: A folder that transformers loads, of safetensors.
    checkpoint: str
    #: A tokenizer.json, or the folder of one.
    tokenizer: str
    #: Tokens of one batch, padding included.
    batch_tokens: int
    device: Literal["auto", "cuda", "cpu"]
    #: auto: as the checkpoint is stored; on a CPU fp32.
    precision: Literal["auto", "fp32", "bf16", "fp16"]
    #: Tokens of the context; None: the model's own.
    length: int | None = None
    #: Whether the tokens that the tokenizer puts before a text are put there.
    special_tokens: bool = True
    version: Literal[1] = 1


@dataclass(frozen=True)
class Rank:
    """The log-likelihood of each continuation after the prefix is asked for."""

    id: str
    prefix: str
    continuations: tuple[str, ...]
    group: str = ""


@dataclass(frozen=True)
class Generate:
    """The text that greedy decoding writes after the prefix is asked for."""

    id: str
    prefix: str
    max_tokens: int
    group: str = ""


Request = Rank | Generate


def read_job(path: Path) -> EvaluateJob:
    """Raises RunFailure (`bad-run`) that names the file and the key."""
    job: EvaluateJob = read_shaped(path, EvaluateJob, "submit the evaluation again")
    for key in ("batch_tokens", "length"):
        value = getattr(job, key)
        if value is not None and value < 2:
            raise RunFailure("bad-run", f"{path}: {key} is {value}, at least 2 is needed", f"change {key}")
    return job


def read_requests(path: Path) -> Iterator[Request]:
    """The requests of a file, in its order. Raises RunFailure (`bad-run`) that names the line."""
    try:
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _request(line, f"{path}:{number}")
    except FileNotFoundError as error:
        raise RunFailure("bad-run", f"{path} is missing", "submit the evaluation again") from error


def _request(line: bytes, where: str) -> Request:
    try:
        record: dict[str, Any] = json.loads(line)
        base = {"id": _text(record["id"]), "prefix": _text(record["prefix"]), "group": _text(record.get("group", ""))}
        if record["kind"] == "rank":
            continuations = tuple(map(_text, record["continuations"]))
            if not continuations:
                raise ValueError("no continuations")
            return Rank(**base, continuations=continuations)
        if record["kind"] != "generate":
            raise ValueError(f"kind {record['kind']!r} is neither rank nor generate")
        most = record.get("max_tokens", 256)
        if not isinstance(most, int) or isinstance(most, bool) or most < 1:
            raise ValueError(f"max_tokens is {most!r}")
        return Generate(**base, max_tokens=most)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise RunFailure("bad-run", f"{where}: no request ({why})", "submit the evaluation again") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected text, found {json.dumps(value)[:40]}")
    return well_formed(value)
