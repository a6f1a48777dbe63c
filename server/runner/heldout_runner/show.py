"""What a job's stream becomes: the packed sequences as JSON, to compare with what the editor shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .packing import Document, Packer
from .stream import StreamReader
from .tokens import Encoder


def packed(stream: Path, tokenizer: str, length: int, sequences: int) -> list[dict[str, Any]]:
    """The first sequences of a stream: for each its `padding` and `documents` (`index`, `task`, `start`, `tokens`,
    `cut`, `ids`, and `loss` as runs of places in the sequence)."""
    encoder, packer = Encoder(tokenizer), Packer(length)
    shown: list[dict[str, Any]] = []
    for chunk in StreamReader(stream).chunks(256):
        for tokens in encoder.encode(chunk):
            closed = packer.add(tokens)
            if closed:
                shown.append(
                    {"padding": closed.padding, "documents": [_document(document) for document in closed.documents]}
                )
            if len(shown) == sequences:
                return shown
    return shown


def _document(document: Document) -> dict[str, Any]:
    example = document.tokens.example
    runs: list[list[int]] = []
    for place, loss in enumerate(document.tokens.loss[document.cut :].tolist(), document.start):
        if loss and runs and runs[-1][1] == place:
            runs[-1][1] += 1
        elif loss:
            runs.append([place, place + 1])
    return {
        "index": example.index,
        "task": example.task,
        "start": document.start,
        "tokens": document.size,
        "cut": document.cut,
        "ids": document.tokens.ids[document.cut :].tolist(),
        "loss": runs,
    }


def main(stream: Path, tokenizer: str, length: int, sequences: int) -> int:
    print(json.dumps(packed(stream, tokenizer, length, sequences)))
    return 0
