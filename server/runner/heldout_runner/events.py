"""What the run reports: one JSON object a line, appended to `work.jsonl`."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from .failure import RunFailure


class Events:
    """Appends events; each line is one write, so a killed process leaves at most one broken line, at the end.

    With `writes` false (ranks other than the first) all is swallowed but what `fail` is given.
    """

    def __init__(self, path: Path, writes: bool = True) -> None:
        self._path = path
        self._writes = writes
        if writes:
            drop_broken_end(path)

    def send(self, event: str, **fields: Any) -> None:
        """Appends an event; `time` is in ms since 1970. Numbers that JSON can't hold become null."""
        if self._writes:
            self._append({"time": _now(), "event": event, **fields})

    def message(self, text: str, severity: str = "info") -> None:
        """`severity`: info, warning or error. Printed on stderr too."""
        if self._writes:
            print(f"{severity}: {text}", file=sys.stderr, flush=True)
        self.send("message", severity=severity, text=text)

    def progress(self, message: str, done: int, total: int, unit: str) -> None:
        self.send("progress", message=message, done=done, total=total, unit=unit)

    def fail(self, failure: RunFailure) -> None:
        """The reason of a run's end; written by whichever rank failed first."""
        print(f"failed: {failure.text}" + (f"; {failure.advice}" if failure.advice else ""), file=sys.stderr, flush=True)
        self._append(
            {"time": _now(), "event": "failed", "code": failure.code, "text": failure.text, "advice": failure.advice}
        )

    def _append(self, record: dict[str, Any]) -> None:
        line = json.dumps(_finite(record), ensure_ascii=False) + "\n"
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, line.encode("utf-8", "replace"))
        finally:
            os.close(descriptor)


def _now() -> int:
    return time.time_ns() // 1_000_000


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return value


def drop_broken_end(path: Path) -> None:
    """Cuts a line that a killed process left without its end: nobody can have read it as an event."""
    try:
        with open(path, "rb+") as file:
            size = file.seek(0, os.SEEK_END)
            keep, chunk = size, 1 << 16
            while keep > 0:
                start = max(0, keep - chunk)
                file.seek(start)
                end = file.read(keep - start).rfind(b"\n")
                if end >= 0:
                    keep = start + end + 1
                    break
                keep = start
            if keep < size:
                file.truncate(keep)
    except FileNotFoundError:
        return
