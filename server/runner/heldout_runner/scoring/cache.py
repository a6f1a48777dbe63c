"""Keys and values of tokens that were read, for those that follow."""

from __future__ import annotations

from typing import Any

import torch
from transformers.cache_utils import Cache, DynamicLayer


class RoomyLayer(DynamicLayer):
    """A layer with room for all that will be read: what was read is never copied again, as it is by one that grows."""

    def __init__(self, keys: torch.Tensor | None, values: torch.Tensor | None, rows: int, room: int) -> None:
        """Begins with `keys` and `values`, [1, heads, shared, size], in each row."""
        super().__init__()
        self._rows, self._room, self._length = rows, room, 0
        if keys is not None and values is not None:
            self.update(keys.expand(rows, -1, -1, -1), values.expand(rows, -1, -1, -1))

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        self.dtype, self.device = key_states.dtype, key_states.device
        self.keys, self.values = (
            one.new_empty(self._rows, one.shape[1], self._room, one.shape[3]) for one in (key_states, value_states)
        )
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        end = self._length + key_states.shape[2]
        self.keys[:, :, self._length : end] = key_states
        self.values[:, :, self._length : end] = value_states
        self._length = end
        return self.keys[:, :, :end], self.values[:, :, :end]

    def get_seq_length(self) -> int:
        return self._length

    def select(self, rows: torch.Tensor) -> None:
        self.keys, self.values = self.keys[rows], self.values[rows]


class RoomyCache(Cache):
    """Of rows that begin alike: with the tokens that `shared` holds, or with none."""

    def __init__(self, layers: int, rows: int, room: int, shared: RoomyCache | None = None) -> None:
        """`room`: tokens of a row, the shared ones included."""
        held = shared.held() if shared else [(None, None)] * layers
        super().__init__(layers=[RoomyLayer(keys, values, rows, room) for keys, values in held])

    def held(self) -> list[tuple[torch.Tensor, torch.Tensor]]:
        return [(layer.keys, layer.values) for layer in self.layers]

    def select(self, rows: torch.Tensor) -> None:
        """Keeps these rows alone."""
        for layer in self.layers:
            layer.select(rows)
