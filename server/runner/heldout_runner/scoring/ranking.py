"""Rank classification with a causal model: the log-likelihood of each candidate (section 2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from .causal import Causal
from .job import Rank
from .rows import Batch, Tree, batches, trees_of
from .scores import Answer, failed, ranked
from .sharing import Family, families
from .texts import Candidate, CantScore, Reader


def rank(model: Causal, reader: Reader, requests: Sequence[Rank], budget: int) -> Iterator[list[Answer]]:
    """The answers to all requests, those of a batch of up to `budget` tokens at once."""
    faults: list[Answer] = []
    opened: dict[int, _Open] = {}
    trees: list[Tree] = []
    for place, (request, candidates) in enumerate(zip(requests, reader.candidates(requests))):
        if isinstance(candidates, CantScore):
            faults.append(failed(request.id, str(candidates)))
            continue
        own = trees_of(place, candidates, model.branching)
        opened[place] = _Open(request.id, candidates, len(own))
        trees += own
    yield faults
    every = tuple(range(len(trees)))
    for family in families([tree.common for tree in trees]) if model.branching else [Family(every, 0)]:
        some = [trees[place] for place in family.members]
        shared = model.read(some[0].common[: family.shared]) if family.shared else None
        for batch in batches(some, family.shared, budget, joining=model.branching):
            rows, columns, targets = _picks(batch)
            # Candidates begin after one token, so its logits are asked for once.
            places, of = np.unique(rows * batch.ids.shape[1] + columns, return_inverse=True)
            logits = model.at(batch, *divmod(places, batch.ids.shape[1]), shared)
            at, wanted = (torch.from_numpy(one).long().to(model.device) for one in (of, targets))
            scores = (logits[at, wanted] - logits.logsumexp(dim=1)[at]).double().cpu().numpy()
            greedy = (logits.argmax(dim=1)[at] == wanted).cpu().numpy()
            yield _answers(batch, opened, scores, greedy)


class _Open:
    """A request some of whose trees wait."""

    def __init__(self, id: str, candidates: Sequence[Candidate], trees: int) -> None:
        self.id, self.left = id, trees
        self.sums = np.zeros(len(candidates))
        self.greedy = np.ones(len(candidates), dtype=bool)
        self.tokens = [len(one.ids) - one.start for one in candidates]
        self.truncated = max(one.truncated for one in candidates)

    def answer(self) -> Answer:
        return ranked(self.id, self.sums.tolist(), self.tokens, self.greedy.tolist(), self.truncated)


def _picks(batch: Batch) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of all its trees in turn: rows, columns, targets."""
    rows = np.concatenate([np.full(len(tree.picks.places), row) for tree, row, _ in batch.held])
    columns = np.concatenate([tree.picks.places + column for tree, _, column in batch.held])
    return rows, columns, np.concatenate([tree.picks.targets for tree, _, _ in batch.held])


def _answers(batch: Batch, opened: dict[int, _Open], scores: np.ndarray, greedy: np.ndarray) -> list[Answer]:
    answers = []
    at = 0
    for tree, _, _ in batch.held:
        own = slice(at, at + len(tree.picks.places))
        at = own.stop
        request = opened[tree.request]
        np.add.at(request.sums, tree.picks.candidates, scores[own])
        np.logical_and.at(request.greedy, tree.picks.candidates, greedy[own])
        request.left -= 1
        if request.left == 0:
            answers.append(opened.pop(tree.request).answer())
    return answers
