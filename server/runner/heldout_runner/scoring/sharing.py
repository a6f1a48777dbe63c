"""Which texts begin alike, so that what they share (a task's demonstrations above all) is read once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

#: Tokens that must be saved for a pass of its own over what is shared.
LEAST_SAVED = 256
#: How often a span is divided at most: texts that grow by a token each could be divided as often as they are many.
DEPTH = 64


@dataclass(frozen=True)
class Family:
    """Texts that begin with the same `shared` tokens; by their places."""

    members: tuple[int, ...]
    shared: int


def families(texts: Sequence[np.ndarray]) -> list[Family]:
    """Divides texts so that most tokens are saved. Of no text all tokens are shared: its last one tells what follows.
    Those that share with no other too little to pay are one family with nothing shared."""
    order = sorted(range(len(texts)), key=lambda place: texts[place].astype(">i4").tobytes())
    alike = np.array([_alike(texts[one], texts[other]) for one, other in zip(order, order[1:])], dtype=np.int64)
    spans = _best(alike, 0, len(order)) if order else []
    alone = [order[place] for start, end, shared in spans if not shared for place in range(start, end)]
    found = [Family(tuple(order[start:end]), shared) for start, end, shared in spans if shared]
    return [*found, Family(tuple(alone), 0)] if alone else found


Span = tuple[int, int, int]


def _best(alike: np.ndarray, start: int, end: int, depth: int = DEPTH) -> list[Span]:
    """The spans of sorted texts from `start` to `end` that save most, with what they share. Neighbours that share
    least are where a span can be divided: no span across them shares more."""
    if end - start < 2:
        return [(start, end, 0)]
    inner = alike[start : end - 1]
    shared = int(inner.min())
    saved = shared * (end - start - 1)
    if shared == inner.max() or depth == 0:
        # Where all share alike no part of them saves more.
        return [(start, end, shared if saved >= LEAST_SAVED else 0)]
    cuts = [start, *(start + 1 + np.flatnonzero(inner == shared)).tolist(), end]
    parts: list[Span] = []
    for one, other in zip(cuts, cuts[1:]):
        # A part can't save more than by its longest likeness throughout; most need no closer look.
        most = int(alike[one : other - 1].max()) * (other - one - 1) if other - one > 1 else 0
        parts += _best(alike, one, other, depth - 1) if most >= LEAST_SAVED else [(one, other, 0)]
    if sum(common * (stop - first - 1) for first, stop, common in parts) > saved:
        return parts
    return [(start, end, shared if saved >= LEAST_SAVED else 0)]


def _alike(one: np.ndarray, other: np.ndarray) -> int:
    size = min(len(one), len(other))
    differ = one[:size] != other[:size]
    first = int(differ.argmax()) if differ.any() else size
    return min(first, size - 1)
