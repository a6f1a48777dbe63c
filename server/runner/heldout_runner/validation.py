"""The loss on held-out examples, by level (section 2.2)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from .feed import split
from .loss import TokenLoss
from .packing import Packer, rows_of
from .run import Run
from .stream import Patience, read_lines, stream_fault
from .tokens import Encoder
from .world import World

LEVELS = ("fully_held_out", "partially_held_out", "fully_supervised")


class Validation:
    """The examples of `stream/validation/<level>.jsonl`, packed once; levels without examples are left out."""

    def __init__(
        self,
        run: Run,
        world: World,
        folder: Path,
        encoder: Encoder | None,
        *,
        patience: Patience = Patience(),
        say: Callable[[str], None] = lambda text: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        """The first rank waits, reads and gives the encoder, the others None."""
        self._run, self._world = run, world
        if encoder and run.validation.every and run.validation.examples:
            _wait([folder / f"{level}.jsonl" for level in LEVELS], patience, say, stopping)
        packed = {level: _packed(run, folder / f"{level}.jsonl", encoder) for level in LEVELS} if encoder else None
        self._rows: dict[str, np.ndarray] = {
            level: _filled(rows, world.data_size) for level, rows in world.from_first(packed).items() if len(rows)
        }

    @property
    def empty(self) -> bool:
        return not self._rows

    @torch.no_grad()
    def losses(self, model: nn.Module, loss: TokenLoss) -> dict[str, dict[str, float]]:
        """By level `loss`, the mean in nats per target token, and `tokens`, their number; the same on every rank."""
        model.eval()
        try:
            return {level: self._loss(rows, loss) for level, rows in self._rows.items()}
        finally:
            model.train()

    def _loss(self, rows: np.ndarray, loss: TokenLoss) -> dict[str, float]:
        sums = torch.zeros(2, dtype=torch.float64)
        for part in split(torch.from_numpy(rows), self._run, self._world):
            losses, _ = loss(part)
            sums += torch.tensor([losses.double().sum().item(), losses.numel()], dtype=torch.float64)
        # Ranks that share a part of the batch count it alike.
        total, tokens = self._world.sum(sums).tolist()
        copies = self._world.tensor.size()
        return {"loss": total / max(tokens, 1), "tokens": int(tokens) // copies}


def _wait(files: list[Path], patience: Patience, say: Callable[[str], None], stopping: Callable[[], bool]) -> None:
    """The engine writes every level, an empty one too, beside the first parts of the stream."""
    began, said = time.monotonic(), False
    while not all(file.exists() for file in files) and not stopping():
        waited = time.monotonic() - began
        if waited > patience.fail_after or stream_fault(files[0].parent.parent):
            return say("the validation examples have not come: going on with those that are there")
        if waited > patience.say_after and not said:
            said = True
            say("waiting for the validation examples")
        time.sleep(patience.poll)


def _packed(run: Run, file: Path, encoder: Encoder) -> np.ndarray:
    packer = Packer(run.length)
    sequences = [packer.add(tokens) for tokens in encoder.encode(read_lines(file))]
    closed = [sequence for sequence in [*sequences, packer.close()] if sequence]
    return rows_of(closed, run.length, encoder.separator, {}, run.masking)


def _filled(rows: np.ndarray, ranks: int) -> np.ndarray:
    """With empty rows at the end, so that each rank has as many: all must take part in each gathering of weights."""
    lacking = -len(rows) % ranks
    empty = np.zeros((lacking, *rows.shape[1:]), dtype=rows.dtype)
    return np.concatenate([rows, empty])
