"""Batches for every rank. The first rank reads, tokenises and packs, ahead of the training, and hands them round.

One reader means one view of which parts are there, and one place to go on from after a resume.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
import torch.distributed as dist

from .failure import RunFailure
from .packing import TAKES, Packer, PackedSequence, rows_of
from .run import Run
from .stream import Place, Stopped, StreamReader
from .tokens import Encoder
from .world import World

#: Lines tokenised at once, and batches made ahead.
CHUNK, AHEAD = 512, 2


@dataclass(frozen=True)
class Position:
    """Where the stream goes on after a batch: at the first example of the sequence that was open then, from which
    packing makes the same sequences again. `collections` keeps the numbers of the names."""

    place: Place = Place()
    collections: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"part": self.place.part, "line": self.place.line, "collections": list(self.collections)}

    @staticmethod
    def from_json(record: dict[str, Any]) -> Position:
        return Position(Place(record["part"], record["line"]), tuple(record["collections"]))


@dataclass(frozen=True)
class Batch:
    """A step's work for one rank. Counts are of the whole batch, over all ranks."""

    #: int32 [5, micro_batch, length] each, on the device; the rows of `packing.rows_of`.
    micro_batches: list[torch.Tensor]
    #: Tokens without padding, and those that take loss.
    tokens: int
    target_tokens: int
    after: Position


@dataclass(frozen=True)
class _Made:
    rows: np.ndarray
    after: Position
    tokens: int
    target_tokens: int = field(default=0)


class _Producer:
    """Makes batches in a thread of its own; the queue holds them, or the error that ended it."""

    def __init__(self, run: Run, reader: StreamReader, encoder: Encoder, start: Position) -> None:
        self._run, self._reader, self._encoder = run, reader, encoder
        self._collections = {name: number for number, name in enumerate(start.collections)}
        self._queue: queue.Queue[_Made | Exception] = queue.Queue(AHEAD)
        self._closed = threading.Event()
        self._fresh = start.place == Place()
        threading.Thread(target=self._work, name="stream", daemon=True).start()

    def next(self, stopping: Callable[[], bool]) -> _Made | None:
        """The next batch; None when asked to stop while waiting. Raises what ended the stream."""
        while True:
            try:
                made = self._queue.get(timeout=0.2)
            except queue.Empty:
                if stopping():
                    return None
                continue
            if isinstance(made, Stopped):
                return None
            if isinstance(made, Exception):
                raise made
            return made

    def close(self) -> None:
        self._closed.set()

    def _put(self, made: _Made | Exception) -> None:
        while not self._closed.is_set():
            try:
                return self._queue.put(made, timeout=0.2)
            except queue.Full:
                continue

    def _work(self) -> None:
        try:
            examples = self._pack()
        except Exception as error:
            return self._put(error)
        if self._fresh and examples == 0:
            return self._put(
                RunFailure("no-examples", "the training stream holds no example", "see the mixture of the bench")
            )
        self._put(RunFailure("stream-ended", "the training stream ended before the run", "lower steps, then resume"))

    def _pack(self) -> int:
        """Gives the number of examples read, when the stream has an end."""
        packer = Packer(self._run.length)
        sequences: list[PackedSequence] = []
        examples = 0
        for chunk in self._reader.chunks(CHUNK):
            for tokens in self._encoder.encode(chunk):
                examples += 1
                closed = packer.add(tokens)
                if closed:
                    sequences.append(closed)
                if len(sequences) == self._run.batch:
                    # The example that closed the last sequence begins the next one.
                    self._put(self._made(sequences, packer.open[0].tokens.example.place))
                    sequences = []
            if self._closed.is_set():
                break
        return examples

    def _made(self, sequences: list[PackedSequence], place: Place) -> _Made:
        run = self._run
        rows = rows_of(sequences, run.length, self._encoder.separator, self._collections, run.masking)
        tokens = sum(document.size for sequence in sequences for document in sequence.documents)
        return _Made(rows, Position(place, tuple(self._collections)), tokens, int(rows[:, TAKES].sum()))


class Feed:
    """The batches of a run from `start` on, each rank's part of each."""

    def __init__(
        self, run: Run, world: World, start: Position, reader: StreamReader | None, encoder: Encoder | None
    ) -> None:
        """The first rank gives the reader and the encoder, the others None."""
        self._run, self._world = run, world
        self._producer = _Producer(run, reader, encoder, start) if reader and encoder else None

    def next(self, stopping: Callable[[], bool]) -> Batch | None:
        """The next batch, on all ranks at once; None when the run is asked to stop. Raises RunFailure on all."""
        made: _Made | None = None
        failure: RunFailure | None = None
        if self._producer:
            try:
                made = self._producer.next(stopping)
            except RunFailure as error:
                failure = error
        header = self._world.from_first(
            {"failure": (failure.code, failure.text, failure.advice)}
            if failure
            else {"after": made.after, "tokens": made.tokens, "target_tokens": made.target_tokens}
            if made
            else None
        )
        if header is None:
            return None
        if "failure" in header:
            raise RunFailure(*header["failure"])
        return Batch(self._share(made), header["tokens"], header["target_tokens"], header["after"])

    def close(self) -> None:
        if self._producer:
            self._producer.close()

    def _share(self, made: _Made | None) -> list[torch.Tensor]:
        run, world = self._run, self._world
        rows = (
            torch.from_numpy(made.rows) if made else torch.empty(run.batch, 5, run.length, dtype=torch.int32)
        )
        if world.size > 1:
            dist.broadcast(rows, src=0)
        return split(rows, run, world)


def split(rows: torch.Tensor, run: Run, world: World) -> list[torch.Tensor]:
    """This rank's rows of int32 [sequences, 5, length], as micro-batches [5, up to micro_batch, length] on its device."""
    own = rows.chunk(world.data_size)[world.data_rank] if world.data_size > 1 else rows
    return [
        part.transpose(0, 1).contiguous().to(world.device, non_blocking=True) for part in own.split(run.micro_batch)
    ]


