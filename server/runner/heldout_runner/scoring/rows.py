"""Candidates as trees, and trees as batches of rows: a prefix once, the candidates' ends as branches after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..masks import Layout
from .texts import Candidate

#: Tokens up to which trees are put together in one row: attention is reckoned over whole rows.
ROW = 256
#: A cache copied into each row may hold so many times the tokens of a batch.
COPIES = 8


@dataclass(frozen=True)
class Picks:
    """Token `targets[i]` is to follow the tree's place `places[i]`; it adds to candidate `candidates[i]`."""

    places: np.ndarray
    targets: np.ndarray
    candidates: np.ndarray


@dataclass(frozen=True)
class Tree:
    """Some candidates of one request, int32 token ids; no candidate's last token is in it, which is only a target."""

    request: int
    common: np.ndarray
    branches: tuple[np.ndarray, ...]
    picks: Picks

    def size(self, shared: int) -> int:
        """Tokens without the first `shared` ones."""
        return len(self.common) - shared + sum(map(len, self.branches))


def trees_of(request: int, candidates: Sequence[Candidate], branching: bool) -> list[Tree]:
    """One tree, save that candidates which were cut begin at different places and stand alone; without `branching`
    all do. Equal candidates are one branch."""
    numbered = list(enumerate(candidates))
    apart = [one for one in numbered if one[1].truncated or not branching]
    whole = [one for one in numbered if not (one[1].truncated or not branching)]
    return [_tree(request, some) for some in [*([one] for one in apart), whole] if some]


def _tree(request: int, numbered: Sequence[tuple[int, Candidate]]) -> Tree:
    first = numbered[0][1].ids
    common = min(min(one.start, len(one.ids) - 1) for _, one in numbered)
    for _, one in numbered[1:]:
        differ = np.flatnonzero(one.ids[:common] != first[:common])
        common = int(differ[0]) if len(differ) else common
    branches: list[np.ndarray] = []
    starts: dict[bytes, int] = {}
    places, targets, owners = [], [], []
    end = common
    for number, one in numbered:
        branch = one.ids[common:-1]
        key = branch.tobytes()
        if key not in starts:
            starts[key] = end
            if len(branch):
                branches.append(branch)
                end += len(branch)
        # The token before predicts; of a branch's first token that is the last common one.
        before = np.arange(one.start - 1, len(one.ids) - 1)
        places.append(np.where(before < common, before, before - common + starts[key]))
        targets.append(one.ids[one.start :])
        owners.append(np.full(len(before), number))
    picks = Picks(np.concatenate(places), np.concatenate(targets), np.concatenate(owners))
    return Tree(request, first[:common], tuple(branches), picks)


@dataclass(frozen=True)
class Batch:
    """Rows of trees, [rows, length] each: token ids, trees (-1: padding), branches, positions; and of each tree
    where it stands, (tree, row, column)."""

    ids: np.ndarray
    trees: np.ndarray
    branches: np.ndarray
    positions: np.ndarray
    held: tuple[tuple[Tree, int, int], ...]


def batches(trees: Sequence[Tree], shared: int, budget: int, joining: bool = True) -> Iterator[Batch]:
    """Batches of up to `budget` tokens, padding included, or of one tree; longest first, so that what needs too much
    memory is known at once. The first `shared` tokens of every tree are left out. `joining`: several trees a row."""
    waiting = sorted(trees, key=lambda tree: -tree.size(shared))
    at = 0
    while at < len(waiting):
        largest = max(1, waiting[at].size(shared))
        length = largest * max(1, ROW // largest) if joining else largest
        length = min(length, max(largest, budget))
        most = max(1, budget // length)
        if shared:
            most = max(1, min(most, COPIES * budget // shared))
        rows: list[list[Tree]] = [[]]
        free = length
        while at < len(waiting):
            size = waiting[at].size(shared)
            if size > free or (rows[-1] and not joining):
                if len(rows) == most:
                    break
                rows.append([])
                free = length
            rows[-1].append(waiting[at])
            free -= size
            at += 1
        yield _batch(rows, shared)


def _batch(rows: Sequence[Sequence[Tree]], shared: int) -> Batch:
    length = max(sum(tree.size(shared) for tree in row) for row in rows)
    ids, trees, branches, positions = np.zeros((4, len(rows), length), dtype=np.int32)
    trees[:] = -1
    held = []
    for number, row in enumerate(rows):
        column = 0
        for place, tree in enumerate(row):
            own = slice(column, column + tree.size(shared))
            layout = Layout.ranked(len(tree.common) - shared, [len(branch) for branch in tree.branches])
            ids[number, own] = np.concatenate([tree.common[shared:], *tree.branches])
            trees[number, own] = place
            branches[number, own] = layout.branches
            positions[number, own] = layout.positions + shared
            # A cache gives no logits.
            assert tree.picks.places.min() >= shared
            held.append((tree, number, column - shared))
            column = own.stop
    return Batch(ids, trees, branches, positions, tuple(held))
