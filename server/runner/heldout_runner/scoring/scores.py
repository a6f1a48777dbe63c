"""The answers: `scores.jsonl`, a line each, kept through any end of the process."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..events import drop_broken_end
from ..failure import RunFailure

Answer = dict[str, Any]


def ranked(id: str, sums: Sequence[float], tokens: Sequence[int], greedy: Sequence[bool], truncated: int) -> Answer:
    """`sums`: log-likelihoods of the candidates, in nats. What is no number is an error, never a score."""
    if not all(map(math.isfinite, sums)):
        return failed(id, "the model gave a log-likelihood that is no number")
    return {
        "id": id,
        "log_likelihoods": list(sums),
        "tokens": list(tokens),
        "greedy": list(greedy),
        "truncated": truncated,
    }


def generated(id: str, text: str, tokens: int, truncated: int) -> Answer:
    return {"id": id, "text": text, "tokens": tokens, "truncated": truncated}


def failed(id: str, error: str) -> Answer:
    return {"id": id, "error": error}


class Scores:
    """Appends answers. What a killed process left without its end is cut off and scored again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        drop_broken_end(path)
        #: Ids of the requests that have an answer.
        self.answered: set[str] = set(self._ids()) if path.exists() else set()

    def add(self, answers: Sequence[Answer]) -> None:
        """All of a batch at once, on the disk when it returns."""
        if not answers:
            return
        data = "".join(json.dumps(answer, ensure_ascii=False) + "\n" for answer in answers).encode("utf-8")
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            while data:
                data = data[os.write(descriptor, data) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        self.answered.update(answer["id"] for answer in answers)

    def _ids(self) -> list[str]:
        ids = []
        with open(self._path, "rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    ids.append(str(json.loads(line)["id"]))
                except (ValueError, KeyError, TypeError) as error:
                    text = f"{self._path}:{number}: no answer of an evaluation"
                    raise RunFailure("bad-run", text, "remove that line, or the file to score all again") from error
        return ids
