"""Requests as tokens: the rule of server/evaluation/backends/sequences.ts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..tokens import Encoder
from .job import Generate, Rank


class CantScore(Exception):
    """Why one request can't be answered, in the words of its answer."""


@dataclass(frozen=True)
class Candidate:
    """A prefix with one continuation, int32."""

    ids: np.ndarray
    #: The tokens from here on are the continuation's. At least 1.
    start: int
    #: Tokens that were cut from its left.
    truncated: int


@dataclass(frozen=True)
class Prompt:
    """What text is to be written after."""

    ids: np.ndarray
    #: Tokens to write at most.
    most: int
    truncated: int


class Reader:
    """Makes tokens of requests' texts, after those that the tokenizer puts before a text; where it puts none, an empty
    prefix is the token that ends texts."""

    def __init__(self, encoder: Encoder, length: int, vocabulary: int, special_tokens: bool = True) -> None:
        """`length`: tokens of the context. `vocabulary`: how many tokens the model knows. `special_tokens`: False for
        a model that was trained without."""
        self._encoder, self._length, self._vocabulary = encoder, length, vocabulary
        self._ids = encoder.prompts if special_tokens else encoder.ids

    def candidates(self, requests: Sequence[Rank]) -> list[list[Candidate] | CantScore]:
        """Of each request its candidates' sequences, or the first fault of one."""
        texts = [text for one in requests for text in (one.prefix, *(one.prefix + end for end in one.continuations))]
        ids = iter(self._ids(texts))
        made: list[list[Candidate] | CantScore] = []
        for request in requests:
            start = len(next(ids))
            whole = [next(ids) for _ in request.continuations]
            try:
                made.append([self._candidate(start, one, text) for one, text in zip(whole, request.continuations)])
            except CantScore as fault:
                made.append(fault)
        return made

    def _candidate(self, start: int, ids: np.ndarray, continuation: str) -> Candidate:
        if start == 0:
            ids, start = np.concatenate([np.array([self._encoder.separator], dtype=np.int32), ids]), 1
        own = len(ids) - start
        shown = json.dumps(continuation[:40], ensure_ascii=False)
        if own <= 0:
            raise CantScore(f"a candidate has no tokens: {shown}")
        if own > self._length:
            raise CantScore(
                f"a candidate has {own} tokens, and the context takes {self._length}: there is no room for it: {shown}"
            )
        # The last token is only predicted.
        truncated = max(0, len(ids) - 1 - self._length)
        return Candidate(self._known(ids[truncated:]), max(1, start - truncated), truncated)

    def prompts(self, requests: Sequence[Generate]) -> list[Prompt | CantScore]:
        """A prompt leaves room for what is written: `max_tokens`, or half of a context too short for that."""
        made: list[Prompt | CantScore] = []
        for request, ids in zip(requests, self._ids([one.prefix for one in requests])):
            if len(ids) == 0:
                ids = np.array([self._encoder.separator], dtype=np.int32)
            most = min(request.max_tokens, self._length // 2)
            kept = ids[-(self._length - most) :]
            try:
                made.append(Prompt(self._known(kept), most, len(ids) - len(kept)))
            except CantScore as fault:
                made.append(fault)
        return made

    def _known(self, ids: np.ndarray) -> np.ndarray:
        if ids.max() >= self._vocabulary:
            raise CantScore(
                f"the tokenizer has a token {ids.max()}, and the model knows {self._vocabulary}: "
                "they don't belong together"
            )
        return ids
