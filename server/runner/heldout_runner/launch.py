"""Several processes of one run on this machine.

As torchrun would start them, with what it lacks: a polite stop has as long as a checkpoint takes, its status 3 is
passed on, and no process outlives this one.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence

from .process import PARENT, die_with_parent

#: Seconds that the others get to end when one has failed.
GRACE = 15.0


def launch(processes: int, arguments: Sequence[str]) -> int:
    """Runs `python -m heldout_runner ARGUMENTS` as so many ranks. Gives the first status that isn't 0, else 0."""
    die_with_parent()
    env = {
        **os.environ,
        "WORLD_SIZE": str(processes),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(free_port()),
        PARENT: str(os.getpid()),
    }
    if processes > 1:
        env.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) // processes)))
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "heldout_runner", *arguments],
            env={**env, "RANK": str(rank), "LOCAL_RANK": str(rank)},
        )
        for rank in range(processes)
    ]

    def forward(number: int, frame: object) -> None:
        for child in children:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)

    signal.signal(signal.SIGTERM, forward)
    signal.signal(signal.SIGINT, forward)
    return _wait(children)


def _wait(children: Sequence[subprocess.Popen[bytes]]) -> int:
    failed: int | None = None
    deadline = float("inf")
    while True:
        statuses = [child.poll() for child in children]
        if failed is None:
            # A polite stop is no failure: every rank gives it.
            failed = next((status for status in statuses if status not in (None, 0, 3)), None)
            if failed is not None:
                deadline = time.monotonic() + GRACE
        if all(status is not None for status in statuses):
            first = failed if failed is not None else next((status for status in statuses if status), 0)
            # Of a signal: as a shell gives it.
            return first if first >= 0 else 128 - first
        if time.monotonic() > deadline:
            for child in children:
                if child.poll() is None:
                    child.kill()
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
