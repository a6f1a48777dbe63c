"""The loss of target tokens, one number a token, and logits for these alone (section 3: loss on the target only)."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from .masks import attention_mask
from .packing import COLLECTIONS, IDS, POSITIONS, TAKES, TREES


class TokenLoss:
    """Runs a causal language model over packed rows. Its output layer is hooked, so that logits are computed only
    where a loss is taken: of a vocabulary of 50,000 they are the largest tensor by far."""

    def __init__(self, model: nn.Module, attention: str, masking: bool = True) -> None:
        self._model, self._attention, self._masking = model, attention, masking
        self._places: torch.Tensor | None = None
        model.get_output_embeddings().register_forward_pre_hook(self._pick)

    def _pick(self, module: nn.Module, arguments: tuple[Any, ...]) -> tuple[Any, ...] | None:
        if self._places is None:
            return None
        return (arguments[0][self._places], *arguments[1:])

    def __call__(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """`rows`: int32 [5, rows, length] of `packing.rows_of`. Gives the losses in nats, float32 [targets], with
        their graph, and the collections of the same tokens, int32 [targets]."""
        takes = rows[TAKES].bool()
        # The token before predicts: first tokens never take loss.
        self._places = torch.zeros_like(takes)
        self._places[:, :-1] = takes[:, 1:]
        mask = attention_mask(self._attention, rows[TREES]) if self._masking else None
        try:
            logits = self._model(
                input_ids=rows[IDS].long(), attention_mask=mask, position_ids=rows[POSITIONS].long(), use_cache=False
            ).logits
        finally:
            self._places = None
        labels = rows[IDS][takes].long()
        return functional.cross_entropy(logits.float(), labels, reduction="none"), rows[COLLECTIONS][takes]
