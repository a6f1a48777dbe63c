"""Packs examples into sequences of one length, exactly as server/mixture/packing.ts does (section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .masks import Layout
from .tokens import Tokens


@dataclass(frozen=True)
class Document:
    """An example in its place in a sequence; all in tokens, `cut` those of its left end that didn't fit."""

    tokens: Tokens
    start: int
    size: int
    cut: int


@dataclass(frozen=True)
class PackedSequence:
    documents: tuple[Document, ...]
    padding: int


class Packer:
    """Examples stay in order and whole; a sequence is closed, and the rest of it padded, when the next example
    doesn't fit; an example longer than a sequence loses its left end, so that its target is kept."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._open: list[Document] = []
        self._used = 0

    @property
    def open(self) -> Sequence[Document]:
        """The examples of the sequence that isn't closed yet."""
        return self._open

    def add(self, tokens: Tokens) -> PackedSequence | None:
        """Takes the next example (its separator included); gives the sequence that it closes, if any."""
        kept = min(len(tokens.ids), self._length)
        closed = self.close() if self._used + kept > self._length else None
        self._open.append(Document(tokens, self._used, kept, len(tokens.ids) - kept))
        self._used += kept
        return closed

    def close(self) -> PackedSequence | None:
        """Ends the sequence at hand; None where nothing is in it."""
        if not self._open:
            return None
        closed = PackedSequence(tuple(self._open), self._length - self._used)
        self._open, self._used = [], 0
        return closed


#: Rows of `rows_of`.
IDS, POSITIONS, TREES, TAKES, COLLECTIONS = range(5)


def rows_of(
    sequences: Sequence[PackedSequence], length: int, pad: int, collections: dict[str, int], masking: bool = True
) -> np.ndarray:
    """Sequences as int32 [sequences, 5, length]: token ids, positions, trees, takes loss (0 or 1), collection.

    A token takes loss only where the token before it belongs to its example: a first token is predicted from
    nothing. `collections` gains the names that it lacks. Without masking positions and trees don't restart.
    """
    rows = np.zeros((len(sequences), 5, length), dtype=np.int32)
    for row, sequence in zip(rows, sequences):
        layout = Layout.packed([document.size for document in sequence.documents], length)
        row[IDS] = pad
        row[POSITIONS] = layout.positions if masking else np.arange(length)
        row[TREES] = layout.trees if masking else 0
        for document in sequence.documents:
            own = slice(document.start, document.start + document.size)
            row[IDS, own] = document.tokens.ids[document.cut :]
            row[TAKES, own] = document.tokens.loss[document.cut :]
            row[TAKES, document.start] = 0
            row[COLLECTIONS, own] = collections.setdefault(document.tokens.example.collection, len(collections))
    return rows
