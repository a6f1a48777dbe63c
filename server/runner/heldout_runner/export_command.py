"""What the programs that write a graph share: their command line, their faults, how files are put in place."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


class ExportError(Exception):
    """One line for the person: what is wrong and what to do."""


def put_in_place(aside: Path, out: Path) -> None:
    """Moves what was written aside beside `out`, the graph last: where it stands, all that it needs does."""
    for file in sorted(aside.iterdir(), key=lambda each: each.name == out.name):
        os.replace(file, out.parent / file.name)


def command(name: str, description: str | None, run: Callable[[Path, Path], dict], arguments: list[str] | None) -> int:
    parser = argparse.ArgumentParser(prog=f"python -m heldout_runner.{name}", description=description)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args(arguments)
    if given.out.suffix != ".onnx":
        print(f"{given.out}: name a file that ends in .onnx", file=sys.stderr)
        return 2
    try:
        print(json.dumps(run(given.checkpoint, given.out)))
    except ExportError as error:
        print(error, file=sys.stderr)
        return 2
    return 0
