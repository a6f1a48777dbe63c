"""Greedy text of a causal model, many prompts side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from ..masks import SDPA, attention_mask, continuing_mask
from ..tokens import Encoder
from .cache import RoomyCache
from .causal import Causal
from .job import Generate
from .rows import COPIES
from .scores import Answer, failed, generated
from .sharing import families
from .texts import CantScore, Prompt, Reader

#: Texts are put aside when so large a part of those side by side has ended.
ENDED = 0.25


@dataclass
class Writing:
    """A text that is being written."""

    request: Generate
    prompt: Prompt
    written: list[int] = field(default_factory=list)
    done: bool = False

    def take(self, token: int, ends: frozenset[int]) -> None:
        if self.done:
            return
        if token in ends:
            self.done = True
            return
        self.written.append(token)
        self.done = len(self.written) >= self.prompt.most

    def answer(self, encoder: Encoder) -> Answer:
        return generated(self.request.id, encoder.decode(self.written), len(self.written), self.prompt.truncated)


def generate(
    model: Causal,
    reader: Reader,
    encoder: Encoder,
    ends: frozenset[int],
    requests: Sequence[Generate],
    budget: int,
    stopping: Callable[[], bool],
) -> Iterator[list[Answer]]:
    """The answers to all requests; a text ends before one of the tokens `ends`. `budget`: tokens of what is read and
    written side by side, beyond what prompts share. Ends early when `stopping`."""
    faults: list[Answer] = []
    texts: list[Writing] = []
    for request, prompt in zip(requests, reader.prompts(requests)):
        if isinstance(prompt, CantScore):
            faults.append(failed(request.id, str(prompt)))
        else:
            texts.append(Writing(request, prompt))
    yield faults
    for family in families([text.prompt.ids for text in texts]):
        some = sorted((texts[place] for place in family.members), key=lambda text: -len(text.prompt.ids))
        shared = model.read(some[0].prompt.ids[: family.shared]) if family.shared else None
        for batch in _batches(some, family.shared, budget):
            _write(model, batch, shared, ends, stopping)
            if stopping():
                return
            yield [text.answer(encoder) for text in batch]


def _batches(texts: Sequence[Writing], shared: int, budget: int) -> Iterator[list[Writing]]:
    """Longest first."""
    at = 0
    while at < len(texts):
        longest = len(texts[at].prompt.ids) - shared + max(text.prompt.most for text in texts[at:])
        count = max(1, budget // longest)
        if shared:
            count = max(1, min(count, COPIES * budget // shared))
        yield list(texts[at : at + count])
        at += count


def _write(
    model: Causal, texts: Sequence[Writing], shared: RoomyCache | None, ends: frozenset[int], stopping: Callable[[], bool]
) -> None:
    """Writes these texts to their ends. Rows are padded at the right of their prompts, which the masks know."""
    past = shared.get_seq_length() if shared else 0
    device = model.device
    sizes = torch.tensor([len(text.prompt.ids) - past for text in texts], device=device)
    length, most = int(sizes.max()), max(text.prompt.most for text in texts)
    ids = np.zeros((len(texts), length), dtype=np.int64)
    for row, text in zip(ids, texts):
        row[: len(text.prompt.ids) - past] = text.prompt.ids[past:]
    columns = torch.arange(length, device=device)
    trees = torch.where(columns[None] < sizes[:, None], 0, -1)
    cache = RoomyCache(model.layers, len(texts), past + length + most, shared)
    open_ = list(texts)
    inputs = torch.from_numpy(ids).to(device)
    mask = attention_mask(SDPA, trees, shared=past)
    positions = (past + columns)[None].expand(len(texts), -1)
    last = sizes - 1
    for step in range(most):
        rows = torch.arange(len(open_), device=device)
        logits = model.logits(
            rows,
            last,
            input_ids=inputs,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
        )
        tokens = logits.argmax(dim=1)
        for text, token in zip(open_, tokens.tolist()):
            text.take(token, ends)
        ended = sum(text.done for text in open_)
        if ended == len(open_) or stopping():
            return
        if ended >= ENDED * len(open_):
            kept = torch.tensor([place for place, text in enumerate(open_) if not text.done], device=device)
            cache.select(kept)
            sizes, trees, tokens = sizes[kept], trees[kept], tokens[kept]
            open_ = [text for text in open_ if not text.done]
        inputs = tokens[:, None]
        positions = (past + sizes + step)[:, None]
        mask = continuing_mask(trees, past, step + 1)
        last = torch.zeros_like(sizes)
