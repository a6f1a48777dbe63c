"""One writer at a time for a job's folder."""

from __future__ import annotations

import fcntl
import os
import socket
from pathlib import Path

from .failure import RunFailure


class FolderLock:
    """A POSIX lock on `runner.lock`, held while this process lives; the system lets go of it however that ends.

    POSIX locks hold over NFS too, so two nodes can't both write. Raises RunFailure (`lock`) where another holds it.
    """

    def __init__(self, folder: Path) -> None:
        self._file = open(folder / "runner.lock", "a+", encoding="utf-8")
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            holder = self._file.read().strip() or "another process"
            self._file.close()
            raise RunFailure(
                "lock", f"{folder} is being written by {holder}", "wait for that run to end, or cancel it"
            ) from error
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()
