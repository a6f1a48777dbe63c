"""One thread a process, so that results don't depend on the machine; the runner is imported from server/."""

import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
RUNNER = Path(__file__).resolve().parents[2] / "server" / "runner"
sys.path[:0] = [str(RUNNER), str(Path(__file__).parent)]
os.environ["PYTHONPATH"] = str(RUNNER)
