"""What the runner's environment has and lacks, as one JSON document."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements.txt"
OLDEST_PYTHON = (3, 10)


def examine() -> dict[str, Any]:
    """`{ok, python, packages, cuda, gpus, problems}`; a problem has `text` and `mend`, and `required`: whether the
    runner can't work without. Memory in bytes. Works where torch is missing."""
    problems: list[dict[str, Any]] = []
    if sys.version_info < OLDEST_PYTHON:
        text = f"Python {platform.python_version()} is too old, {'.'.join(map(str, OLDEST_PYTHON))} is needed"
        problems.append({"text": text, "mend": "name another interpreter", "required": True})
    packages = {name: _package(name, wanted, problems) for name, wanted in _wanted().items()}
    cuda, gpus = _cuda(problems) if packages["torch"]["version"] else ({"available": False, "version": None}, [])
    return {
        "ok": not any(problem["required"] for problem in problems),
        "python": {"version": platform.python_version(), "executable": sys.executable, "system": platform.platform()},
        "packages": packages,
        "cuda": cuda,
        "gpus": gpus,
        "problems": problems,
    }


def _wanted() -> dict[str, str]:
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    pins = (line.split("#")[0].strip().partition("==") for line in lines)
    return {name: version for name, _, version in pins if name}


def _package(name: str, wanted: str, problems: list[dict[str, Any]]) -> dict[str, Any]:
    try:
        version: str | None = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        version = None
    # A build for one device calls itself 2.13.0+cpu.
    fits = version is not None and version.split("+")[0] == wanted
    if not fits:
        text = f"{name} is missing" if version is None else f"{name} is {version}, tried with {wanted}"
        mend = f'"heldout runner setup", or {sys.executable} -m pip install {name}=={wanted}'
        problems.append({"text": text, "mend": mend, "required": version is None})
    return {"version": version, "wanted": wanted, "fits": fits}


def _cuda(problems: list[dict[str, Any]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    try:
        import torch
    except Exception as error:
        problems.append({"text": f"torch can't be loaded: {error}", "mend": '"heldout runner setup"', "required": True})
        return {"available": False, "version": None}, []
    available = torch.cuda.is_available()
    gpus = []
    for number in range(torch.cuda.device_count() if available else 0):
        properties = torch.cuda.get_device_properties(number)
        gpus.append(
            {
                "name": properties.name,
                "memory": properties.total_memory,
                "capability": f"{properties.major}.{properties.minor}",
                "bf16": properties.major >= 8,
            }
        )
    if not available and _driver_sees_gpus():
        built = torch.version.cuda
        text = f"nvidia-smi lists GPUs that torch does not see ({f'built for CUDA {built}' if built else 'a torch for CPUs'})"
        problems.append({"text": text, "mend": '"heldout runner setup" with a torch for this driver', "required": False})
    return {"available": available, "version": torch.version.cuda}, gpus


def _driver_sees_gpus() -> bool:
    program = shutil.which("nvidia-smi")
    if program is None:
        return False
    listed = subprocess.run([program, "-L"], capture_output=True, text=True, timeout=20, check=False)
    return listed.returncode == 0 and "GPU" in listed.stdout


def main() -> int:
    print(json.dumps(examine(), indent=2))
    return 0
