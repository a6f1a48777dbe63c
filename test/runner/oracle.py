"""An interpreter that has the oracle, lm-evaluation-harness: HELDOUT_ORACLES_PYTHON, this one, or one made once."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
import venv
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "bench" / "evaluate-requirements.txt"
#: Seconds.
LIMIT = 240


def oracle_python() -> tuple[str | None, str]:
    """The interpreter, or None and why there is none."""
    own = os.environ.get("HELDOUT_ORACLES_PYTHON")
    if own:
        return own, ""
    if find_spec("lm_eval"):
        return sys.executable, ""
    key = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.executable.encode()).hexdigest()[:12]
    folder = ROOT / ".cache" / "oracles-venv" / key
    python, ready = folder / "bin" / "python", folder / "ready"
    if ready.exists():
        return str(python), ""
    venv.create(folder, clear=True, with_pip=True)
    # What this interpreter has (torch above all) is not fetched again.
    [site] = folder.glob("lib/python*/site-packages")
    (site / "these.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--prefer-binary", "-r"]
    try:
        ran = subprocess.run([*pip, str(REQUIREMENTS)], capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return None, "its installation took too long"
    if ran.returncode:
        return None, (ran.stderr.strip().splitlines() or ["pip failed"])[-1]
    ready.touch()
    return str(python), ""
