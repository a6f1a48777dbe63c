"""A causal language model that is asked at chosen places only, and whether it can read trees."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from ..failure import is_out_of_memory
from ..masks import SDPA, Layout, attention_mask
from .cache import RoomyCache
from .rows import Batch

#: By how much of their spread logits may differ between the two ways of reading. What leaks differs by all of it.
TOLERANCE = {torch.float32: 0.01, torch.float16: 0.1, torch.bfloat16: 0.3}


class Causal:
    """Logits are computed where they are asked for: of a vocabulary of 50,000 they are the largest tensor by far."""

    def __init__(self, model: nn.Module, device: torch.device) -> None:
        self.model, self.device = model, device
        self.layers = int(model.config.get_text_config().num_hidden_layers)
        self._places: tuple[torch.Tensor, torch.Tensor] | None = None
        model.get_output_embeddings().register_forward_pre_hook(self._pick)
        self.branching = self._reads_trees()

    def _pick(self, module: nn.Module, arguments: tuple[Any, ...]) -> tuple[Any, ...] | None:
        if self._places is None:
            return None
        return (arguments[0][self._places], *arguments[1:])

    def logits(self, rows: torch.Tensor, columns: torch.Tensor, **inputs: Any) -> torch.Tensor:
        """fp32 [places, vocabulary], at these places of the rows."""
        self._places = (rows, columns)
        try:
            return self.model(**inputs).logits.float()
        finally:
            self._places = None

    def read(self, ids: np.ndarray) -> RoomyCache:
        """One text, int32 [tokens], into a cache."""
        cache = RoomyCache(self.layers, 1, len(ids))
        nowhere = torch.zeros(1, dtype=torch.long, device=self.device)
        length = torch.arange(len(ids), device=self.device)[None]
        mask = attention_mask(SDPA, torch.zeros_like(length))
        inputs = self._long(ids[None])
        self.logits(
            nowhere, nowhere, input_ids=inputs, attention_mask=mask, position_ids=length, past_key_values=cache, use_cache=True
        )
        return cache

    def at(self, batch: Batch, rows: np.ndarray, columns: np.ndarray, shared: RoomyCache | None = None) -> torch.Tensor:
        """The logits at these places of a batch, after the tokens that all its trees share."""
        where = (self._long(rows), self._long(columns))
        inputs: dict[str, Any] = {"input_ids": self._long(batch.ids), "use_cache": False}
        if self.branching:
            past = shared.get_seq_length() if shared else 0
            trees, branches = (torch.from_numpy(part).to(self.device) for part in (batch.trees, batch.branches))
            inputs["attention_mask"] = attention_mask(SDPA, trees, branches, past)
            inputs["position_ids"] = self._long(batch.positions)
            if shared:
                count, length = batch.ids.shape
                inputs["past_key_values"] = RoomyCache(self.layers, count, past + length, shared)
                inputs["use_cache"] = True
        # Otherwise each row is one text, whose end alone is padded: no token sees padding.
        return self.logits(*where, **inputs)

    def _long(self, values: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(values).to(self.device).long()

    @torch.no_grad()
    def _reads_trees(self) -> bool:
        """Whether candidates as branches, after a shared beginning, come out as in rows of their own. Models that
        make their own masks or positions, look back a window or keep a state don't: they are tried, not listed."""
        config = self.model.config.get_text_config()
        kinds = set(getattr(config, "layer_types", None) or ()) - {"full_attention"}
        if kinds or (getattr(config, "sliding_window", None) and getattr(config, "use_sliding_window", True)):
            return False
        draw = np.random.default_rng(0)
        start, prefix, *ends = (draw.integers(0, config.vocab_size, size, dtype=np.int32) for size in (3, 4, 2, 1, 3))
        layout = Layout.ranked(len(prefix), [len(end) for end in ends])
        ids = np.concatenate([prefix, *ends])
        batch = Batch(ids[None], np.zeros_like(ids)[None], layout.branches[None], layout.positions[None] + len(start), ())
        everywhere = np.arange(len(ids), dtype=np.int32)
        self.branching = True
        try:
            tree = self.at(batch, np.zeros_like(everywhere), everywhere, self.read(start))
        except Exception as error:
            if is_out_of_memory(error):
                raise
            return False
        at = len(prefix)
        worst = 0.0
        for end in ends:
            text = np.concatenate([start, prefix, end])
            apart = self.model(input_ids=self._long(text[None]), use_cache=False).logits[0].float()
            own = torch.cat([tree[: len(prefix)], tree[at : at + len(end)]])
            worst = max(worst, (own - apart[len(start) :]).abs().max().item() / max(apart.std().item(), 1e-6))
            at += len(end)
        return worst < TOLERANCE.get(self.model.dtype, 0.01)
