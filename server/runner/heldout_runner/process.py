"""This process among others: it dies with its parent, and is told to stop. Imports nothing heavy."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Any

PR_SET_PDEATHSIG = 1


#: Names the process that a rank must not outlive: by the time a rank looks, that may be gone already.
PARENT = "HELDOUT_LAUNCHER"


def die_with_parent() -> None:
    """Has the system kill this process when its parent dies, however that comes about (Linux). To be called before
    anything slow is imported."""
    if not sys.platform.startswith("linux"):
        return
    parent = int(os.environ.get(PARENT, os.getppid()))
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


class StopSignal:
    """Set by SIGTERM or SIGINT: write a checkpoint and end."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, *_: Any) -> None:
        self.asked = True
