"""Every attention mask of the runner, and the positions that go with it.

A row holds trees. A tree is a prefix (branch 0) and any number of branches after it; a token attends to the tokens
before it in its own tree that lie in the prefix or in its own branch. Packing is one tree an example, without
branches; ranking is one tree a question, a branch a candidate. Positions restart in each tree, and after the prefix
in each branch.

OPT's code does not read document borders off position ids: without a mask of this module its packed examples leak
into each other, silently. Its sdpa route takes a boolean mask; its eager route would add one to the scores, silently
wrong, so it is never used. On a GPU the mask is a BlockMask for flex attention, which skips blocks that are masked
whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

#: transformers' names of the attention that each mask is for.
SDPA, FLEX = "sdpa", "flex_attention"


@dataclass(frozen=True)
class Layout:
    """Of one row, int32 [length] each: the tree, the branch in it, the position."""

    trees: np.ndarray
    branches: np.ndarray
    positions: np.ndarray

    @staticmethod
    def packed(sizes: Sequence[int], length: int) -> Layout:
        """Examples of these many tokens after one another; what is left of the row is a tree of its own."""
        padding = length - sum(sizes)
        every = [*sizes, padding]
        trees = np.repeat(np.arange(len(every), dtype=np.int32), every)
        positions = np.concatenate([np.arange(size, dtype=np.int32) for size in every])
        return Layout(trees, np.zeros(length, dtype=np.int32), positions)

    @staticmethod
    def ranked(prefix: int, candidates: Sequence[int]) -> Layout:
        """A prefix of so many tokens, then the candidates' tokens as branches (section 2.4: rank classification)."""
        branches = np.repeat(np.arange(len(candidates) + 1, dtype=np.int32), [prefix, *candidates])
        runs = [np.arange(prefix), *(prefix + np.arange(size) for size in candidates)]
        positions = np.concatenate(runs).astype(np.int32)
        return Layout(np.zeros(len(branches), dtype=np.int32), branches, positions)


def attention_for(device: torch.device, attention_dropout: float, masking: bool = True) -> str:
    """The attention to load a model with. flex attention has no dropout of its own and no backward on a CPU; without
    masks sdpa is causal by itself."""
    return FLEX if device.type == "cuda" and attention_dropout == 0 and masking else SDPA


def attention_mask(
    attention: str, trees: torch.Tensor, branches: torch.Tensor | None = None, shared: int = 0
) -> Any:
    """The mask for rows of trees and branches, integers [rows, length] on the model's device (branches None: none).
    `shared` tokens before the rows, those of a cache, belong to every prefix.

    For sdpa bool [rows, 1, length, shared + length], True where attended; for flex attention a BlockMask of the same
    rule.
    """
    if attention == SDPA:
        own = _dense(trees, branches)
        return torch.cat([own.new_ones(*own.shape[:3], shared), own], dim=3) if shared else own
    if attention == FLEX and shared == 0:
        return _blocks(trees, branches)
    raise ValueError(f"no mask is known to be right for {attention}")


def continuing_mask(trees: torch.Tensor, shared: int, more: int) -> torch.Tensor:
    """For sdpa, where one token a row is read after rows of `attention_mask`, with `shared` tokens before them and
    `more` after: bool [rows, 1, 1, shared + length + more]. The row's tree is 0; what is none of it is padding."""
    own = trees == 0
    ones = own.new_ones
    rows = len(trees)
    return torch.cat([ones(rows, shared), own, ones(rows, more)], dim=1)[:, None, None]


def _dense(trees: torch.Tensor, branches: torch.Tensor | None) -> torch.Tensor:
    length = trees.shape[1]
    allowed = trees[:, :, None] == trees[:, None, :]
    if branches is not None:
        allowed &= (branches[:, None, :] == 0) | (branches[:, :, None] == branches[:, None, :])
    allowed &= torch.ones(length, length, dtype=torch.bool, device=trees.device).tril()
    return allowed[:, None]


def _blocks(trees: torch.Tensor, branches: torch.Tensor | None) -> Any:
    from torch.nn.attention.flex_attention import create_block_mask

    def in_tree(row: Any, head: Any, query: Any, key: Any) -> Any:
        return (query >= key) & (trees[row, query] == trees[row, key])

    def in_branch(row: Any, head: Any, query: Any, key: Any) -> Any:
        assert branches is not None
        own = (branches[row, key] == 0) | (branches[row, query] == branches[row, key])
        return in_tree(row, head, query, key) & own

    rows, length = trees.shape
    rule = in_tree if branches is None else in_branch
    return create_block_mask(rule, rows, None, length, length, device=trees.device)
