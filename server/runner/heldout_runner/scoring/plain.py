"""Greedy text by transformers' own loop: of encoders and decoders, and of causal models that read no masks of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from transformers import GenerationConfig, StoppingCriteria, StoppingCriteriaList

from ..tokens import Encoder
from .job import Generate
from .load import Loaded
from .scores import Answer, generated
from .texts import Prompt


@dataclass(frozen=True)
class Stopping(StoppingCriteria):
    """Ends the loop when the process is asked to stop."""

    asked: Callable[[], bool]

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor, **_: object) -> torch.Tensor:
        return torch.full((len(input_ids),), self.asked(), device=input_ids.device)


def generate_plainly(
    loaded: Loaded,
    encoder: Encoder,
    prompts: Sequence[tuple[Generate, Prompt]],
    budget: int,
    stopping: Callable[[], bool],
) -> Iterator[list[Answer]]:
    """The answers to all, those of a batch at once. `budget`: tokens read and written side by side."""
    waiting = sorted(prompts, key=lambda one: -len(one[1].ids))
    while waiting:
        longest = len(waiting[0][1].ids) + max(prompt.most for _, prompt in waiting)
        count = max(1, budget // longest)
        batch, waiting = waiting[:count], waiting[count:]
        written = _write(loaded, [prompt for _, prompt in batch], stopping)
        if stopping():
            return
        yield [
            generated(request.id, encoder.decode(ids), len(ids), prompt.truncated)
            for (request, prompt), ids in zip(batch, written)
        ]


def _write(loaded: Loaded, prompts: Sequence[Prompt], stopping: Callable[[], bool]) -> list[list[int]]:
    model: nn.Module = loaded.model
    length = max(len(prompt.ids) for prompt in prompts)
    ids, mask = np.zeros((2, len(prompts), length), dtype=np.int64)
    for row, seen, prompt in zip(ids, mask, prompts):
        # A causal model goes on from the last column; an encoder's relative places don't mind.
        row[length - len(prompt.ids) :] = prompt.ids
        seen[length - len(prompt.ids) :] = 1
    if loaded.encoder_decoder:
        ids, mask = (_to_left(part, mask) for part in (ids, mask))
    most = max(prompt.most for prompt in prompts)
    # What a checkpoint's own settings add (beams, forced or forbidden tokens) is not greedy decoding.
    model.generation_config = GenerationConfig(
        decoder_start_token_id=start_token(loaded) if loaded.encoder_decoder else None,
        eos_token_id=sorted(loaded.ends),
        pad_token_id=min(loaded.ends),
    )
    out = model.generate(
        input_ids=torch.from_numpy(ids).to(model.device),
        attention_mask=torch.from_numpy(mask).to(model.device),
        max_new_tokens=most,
        do_sample=False,
        num_beams=1,
        stopping_criteria=StoppingCriteriaList([Stopping(stopping)]),
    )
    start = 1 if loaded.encoder_decoder else length
    return [_until(row[start:], loaded.ends)[: prompt.most] for row, prompt in zip(out.tolist(), prompts)]


def start_token(loaded: Loaded) -> int:
    """What a decoder begins with."""
    config = loaded.model.config
    named = getattr(config, "decoder_start_token_id", None)
    return int(named if named is not None else config.pad_token_id or 0)


def _to_left(part: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Rows padded at their right, in their order: places that an encoder learned begin at the first column."""
    moved = np.zeros_like(part)
    for row, own, seen in zip(moved, part, mask):
        row[: int(seen.sum())] = own[seen.astype(bool)]
    return moved


def _until(ids: list[int], ends: frozenset[int]) -> list[int]:
    return ids[: next((place for place, token in enumerate(ids) if token in ends), len(ids))]
