"""The training stream as the engine wrote it: parts of JSON Lines, read in order, waited for where they lag."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from .failure import RunFailure


@dataclass(frozen=True, order=True)
class Place:
    """Where an example stands: `stream/part-<part>.jsonl`, line from 0."""

    part: int = 0
    line: int = 0


@dataclass(frozen=True)
class Example:
    """An instance: the concatenation of its pieces' texts; the pieces marked True take loss."""

    index: int
    task: str
    collection: str
    pieces: tuple[tuple[str, bool], ...]
    place: Place

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)


@dataclass(frozen=True)
class Patience:
    """Seconds: between two looks for a part, until that is said, until it is given up."""

    poll: float = 0.2
    say_after: float = 30.0
    fail_after: float = 600.0


class Stopped(Exception):
    """The run was asked to stop while it waited for the stream."""


class StreamReader:
    """The examples from `start` on. Ends where a finite stream ends (`end.json`)."""

    def __init__(
        self,
        folder: Path,
        start: Place = Place(),
        *,
        patience: Patience = Patience(),
        say: Callable[[str], None] = lambda text: None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._folder = folder
        self._start = start
        self._patience = patience
        self._say = say
        self._stopping = stopping

    def chunks(self, size: int) -> Iterator[list[Example]]:
        """The examples, up to `size` at once, never beyond the end of a part: nothing is held back while the next
        part is waited for. Raises RunFailure (`stream-ended`) when none comes, Stopped when the run is stopped."""
        place = self._start
        while (path := self._part(place.part)) is not None:
            with open(path, "rb") as file:
                lines = ((line, data) for line, data in enumerate(file) if line >= place.line and data.strip())
                while chunk := list(islice(lines, size)):
                    yield [_example(data, path, Place(place.part, line)) for line, data in chunk]
            place = Place(place.part + 1)

    def _part(self, part: int) -> Path | None:
        path = self._folder / f"part-{part:05d}.jsonl"
        began, said = time.monotonic(), False
        while not path.exists():
            if self._ended(part) and not path.exists():
                return None
            if self._stopping():
                raise Stopped
            fault = stream_fault(self._folder)
            if fault and not path.exists():
                raise fault
            waited = time.monotonic() - began
            if waited > self._patience.fail_after:
                raise RunFailure(
                    "stream-ended",
                    f"no new part of the training stream in {waited / 60:.0f} minutes: {path.name} is missing",
                    "see the log of the job for why the stream isn't written, then resume",
                )
            if waited > self._patience.say_after and not said:
                said = True
                self._say(f"waiting for {path.name} of the training stream")
            time.sleep(self._patience.poll)
        return path

    def _ended(self, part: int) -> bool:
        try:
            end = json.loads((self._folder / "end.json").read_text(encoding="utf-8"))
            return part >= int(end["parts"])
        except FileNotFoundError:
            return False
        except (ValueError, KeyError, TypeError) as error:
            raise RunFailure("other", f"{self._folder / 'end.json'}: {error}", "remove it, then resume") from error


def stream_fault(folder: Path) -> RunFailure | None:
    """Why the engine writes the stream no further, in its words; what it said in another attempt is past."""
    try:
        fault = json.loads((folder / "fault.json").read_text(encoding="utf-8"))
        if fault["attempt"] != os.environ.get("HELDOUT_ATTEMPT"):
            return None
        return RunFailure("stream-ended", str(fault["text"]), str(fault["advice"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        return RunFailure("other", f"{folder / 'fault.json'}: {error}", "remove it, then resume")


def read_lines(path: Path) -> list[Example]:
    """All examples of one file, a validation level for example; none where it is missing."""
    if not path.exists():
        return []
    with open(path, "rb") as file:
        return [_example(data, path, Place(0, line)) for line, data in enumerate(file) if data.strip()]


def _example(data: bytes, path: Path, place: Place) -> Example:
    try:
        record: dict[str, Any] = json.loads(data)
        pieces = tuple((well_formed(text), bool(loss)) for text, loss in record["pieces"])
        return Example(int(record["index"]), str(record["task"]), str(record["collection"]), pieces, place)
    except (ValueError, KeyError, TypeError) as error:
        raise RunFailure(
            "other", f"{path}:{place.line + 1}: no example of a training stream ({error})", "write the stream again"
        ) from error


def well_formed(text: str) -> str:
    """Half of a surrogate pair, which JSON can hold and UTF-8 can't, becomes U+FFFD, as in the engine."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
