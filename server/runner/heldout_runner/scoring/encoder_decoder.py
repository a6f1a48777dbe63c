"""Models with an encoder and a decoder (T5, T0, FLAN-T5): the prompt is encoded once, each candidate decoded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers.cache_utils import DynamicCache, EncoderDecoderCache
from transformers.modeling_outputs import BaseModelOutput

from ..tokens import Encoder
from .job import Generate, Rank
from .load import Loaded
from .plain import start_token
from .rows import COPIES
from .scores import Answer, failed, ranked
from .texts import CantScore, Prompt


@dataclass(frozen=True)
class Question:
    """A request as the model reads it, int32."""

    request: Rank
    source: np.ndarray
    targets: tuple[np.ndarray, ...]
    truncated: int


class Sources:
    """Texts for the encoder with what its tokenizer puts around them (T5: the token that ends a text), and for the
    decoder without; each begins a text of its own, so white space at the joint belongs to neither."""

    def __init__(self, encoder: Encoder, loaded: Loaded) -> None:
        self._encoder, self._loaded = encoder, loaded
        self._whole: Tokenizer = Tokenizer.from_file(str(encoder.file))
        self._whole.no_truncation()
        self._whole.no_padding()

    def question(self, request: Rank) -> Question:
        """Raises CantScore."""
        source, truncated = self._source(request.prefix)
        targets = self._encoder.ids([text.lstrip() for text in request.continuations])
        for text, ids in zip(request.continuations, targets):
            shown = json.dumps(text[:40], ensure_ascii=False)
            if len(ids) == 0:
                raise CantScore(f"a candidate has no tokens: {shown}")
            if len(ids) > self._loaded.length:
                raise CantScore(
                    f"a candidate has {len(ids)} tokens, and the context takes {self._loaded.length}: "
                    f"there is no room for it: {shown}"
                )
            self._known(ids)
        return Question(request, source, tuple(targets), truncated)

    def prompt(self, request: Generate) -> Prompt:
        """Raises CantScore."""
        source, truncated = self._source(request.prefix)
        return Prompt(source, min(request.max_tokens, self._loaded.length), truncated)

    def _source(self, prefix: str) -> tuple[np.ndarray, int]:
        encoding = self._whole.encode(prefix.rstrip())
        ids = np.array(encoding.ids, dtype=np.int32)
        if len(ids) == 0:
            ids = np.array([self._encoder.separator], dtype=np.int32)
        truncated = max(0, len(ids) - self._loaded.length)
        # What stands before a text stays; the text loses its left end.
        put = np.array(encoding.special_tokens_mask, dtype=bool)
        before = int((~put).argmax()) if (~put).any() else 0
        kept = np.concatenate([ids[:before], ids[before + truncated :]])
        return self._known(kept), truncated

    def _known(self, ids: np.ndarray) -> np.ndarray:
        if ids.max() >= self._loaded.vocabulary:
            raise CantScore(
                f"the tokenizer has a token {ids.max()}, and the model knows {self._loaded.vocabulary}: "
                "they don't belong together"
            )
        return ids


def rank_targets(loaded: Loaded, sources: Sources, requests: Sequence[Rank], budget: int) -> Iterator[list[Answer]]:
    """The answers to all requests, those of a batch of up to `budget` encoded tokens at once."""
    faults: list[Answer] = []
    waiting: list[Question] = []
    for request in requests:
        try:
            waiting.append(sources.question(request))
        except CantScore as fault:
            faults.append(failed(request.id, str(fault)))
    yield faults
    waiting.sort(key=lambda question: -len(question.source))
    while waiting:
        length = len(waiting[0].source)
        count, candidates = 0, 0
        for question in waiting[: max(1, budget // length)]:
            candidates += len(question.targets)
            if count and candidates * length > COPIES * budget:
                break
            count += 1
        batch, waiting = waiting[:count], waiting[count:]
        yield _answers(loaded, batch)


def _answers(loaded: Loaded, questions: Sequence[Question]) -> list[Answer]:
    model: Any = loaded.model
    device = model.device
    source, mask = _padded([question.source for question in questions], device)
    encoded = model.get_encoder()(input_ids=source, attention_mask=mask).last_hidden_state
    cache = EncoderDecoderCache(DynamicCache(), DynamicCache())

    def decode(ids: torch.Tensor, states: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = model(
            encoder_outputs=BaseModelOutput(last_hidden_state=states),
            attention_mask=seen,
            decoder_input_ids=ids,
            past_key_values=cache,
            use_cache=True,
        ).logits
        return logits.float()

    # All candidates begin after the same token: with it the decoder has read the source once for all of them.
    first = decode(torch.full((len(questions), 1), start_token(loaded), device=device), encoded, mask)[:, -1]
    of = torch.tensor([place for place, one in enumerate(questions) for _ in one.targets], device=device)
    targets, own = _padded([ids for question in questions for ids in question.targets], device)
    logits = first[of][:, None]
    if targets.shape[1] > 1:
        cache.batch_select_indices(of)
        logits = torch.cat([logits, decode(targets[:, :-1], encoded[of], mask[of])], dim=1)
    scores = logits.gather(2, targets[:, :, None])[:, :, 0] - logits.logsumexp(dim=2)
    sums = (scores.double() * own).sum(dim=1).tolist()
    greedy = ((logits.argmax(dim=2) == targets) | ~own.bool()).all(dim=1).tolist()
    answers = []
    at = 0
    for question in questions:
        end = at + len(question.targets)
        tokens = list(map(len, question.targets))
        answers.append(ranked(question.request.id, sums[at:end], tokens, greedy[at:end], question.truncated))
        at = end
    return answers


def _padded(texts: Sequence[np.ndarray], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids padded at the right with 0, and 1 where they aren't; int64 [texts, longest] each."""
    ids, own = np.zeros((2, len(texts), max(map(len, texts))), dtype=np.int64)
    for row, seen, text in zip(ids, own, texts):
        row[: len(text)] = text
        seen[: len(text)] = 1
    return torch.from_numpy(ids).to(device), torch.from_numpy(own).to(device)
