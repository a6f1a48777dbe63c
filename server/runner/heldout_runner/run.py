"""The resolved run: `run.json`, every number explicit, checked on reading."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from .failure import RunFailure


@dataclass(frozen=True)
class Model:
    """Exactly one of the two: a folder that transformers can load, or a configuration (random weights)."""

    folder: str | None = None
    config: dict[str, Any] | None = None


@dataclass(frozen=True)
class Optimizer:
    """Adam with 32-bit state (section 3)."""

    learning_rate: float
    betas: tuple[float, float] = (0.9, 0.95)
    eps: float = 1e-8
    weight_decay: float = 0.1
    #: Steps until the peak.
    warmup: int = 60
    decay: Literal["linear"] = "linear"
    #: Largest norm of the whole gradient.
    clip: float = 1.0


@dataclass(frozen=True)
class Lora:
    rank: int
    alpha: float
    dropout: float
    #: Names of linear layers, as peft takes them.
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Checkpoint:
    #: Steps between two.
    every: int
    #: How many stay.
    keep: int


@dataclass(frozen=True)
class Validation:
    #: Steps between two; 0: never.
    every: int
    #: Examples a level that the engine wrote.
    examples: int = 0


@dataclass(frozen=True)
class Run:
    name: str
    seed: int
    model: Model
    #: A tokenizer.json, or the folder of one.
    tokenizer: str
    steps: int
    #: Sequences a step, over all devices.
    batch: int
    #: Sequences that one device takes at once.
    micro_batch: int
    #: Tokens of a sequence.
    length: int
    optimizer: Optimizer
    #: None: as the model's configuration says.
    dropout: float | None
    precision: Literal["bf16", "fp16", "fp32"]
    gradient_checkpointing: bool
    tensor_parallel: int
    device: Literal["auto", "cuda", "cpu"]
    lora: Lora | None
    checkpoint: Checkpoint
    validation: Validation
    version: Literal[1] = 1
    log_every: int = 1
    #: Each example attends only within itself; false only to measure what that costs.
    masking: bool = True
    #: Layers compiled by torch; GPUs only.
    compile: bool = False


def read_run(path: Path) -> Run:
    """Reads and checks `run.json`. Raises RunFailure (`bad-run`) that names the file and the key."""
    run: Run = read_shaped(path, Run, "submit the run again")
    _check(run, path)
    return run


def read_shaped(path: Path, shape: Any, advice: str) -> Any:
    """A JSON file as `shape`. Raises RunFailure (`bad-run`) that names the file, with `advice` where it can't be read."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunFailure("bad-run", f"{path}: {error}", advice) from error
    return shaped(document, shape, str(path))


def _check(run: Run, path: Path) -> None:
    def fault(key: str, text: str) -> RunFailure:
        return RunFailure("bad-run", f"{path}: {key} {text}", f"change {key} in the run spec")

    if (run.model.folder is None) == (run.model.config is None):
        raise fault("model", "names neither or both of folder and config")
    for key in ("steps", "batch", "micro_batch", "tensor_parallel", "log_every"):
        if getattr(run, key) < 1:
            raise fault(key, f"is {getattr(run, key)}, at least 1 is needed")
    if run.length < 2:
        raise fault("length", f"is {run.length}, at least 2 tokens are needed")
    for key, least in (("every", 1), ("keep", 1)):
        if getattr(run.checkpoint, key) < least:
            raise fault(f"checkpoint.{key}", f"is {getattr(run.checkpoint, key)}, at least {least} is needed")
    if run.lora and run.tensor_parallel > 1:
        raise fault("lora", "and tensor_parallel can't be had together")


def shaped(value: Any, shape: Any, where: str) -> Any:
    """`value` as `shape`, or a failure that says where it isn't; keys that the shape lacks are ignored."""

    def wrong(expected: str) -> RunFailure:
        return RunFailure("bad-run", f"{where}: expected {expected}, found {json.dumps(value)[:80]}", "submit the run again")

    origin = get_origin(shape)
    if origin in (Union, UnionType):
        inner = [option for option in get_args(shape) if option is not type(None)]
        return None if value is None else shaped(value, inner[0], where)
    if origin is Literal:
        if value not in get_args(shape):
            raise wrong(" or ".join(map(str, get_args(shape))))
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise wrong("a list")
        items = get_args(shape)
        if items[-1] is Ellipsis:
            return tuple(shaped(item, items[0], where) for item in value)
        if len(value) != len(items):
            raise wrong(f"{len(items)} values")
        return tuple(shaped(item, inner, where) for item, inner in zip(value, items))
    if origin is dict or shape is dict:
        if not isinstance(value, dict):
            raise wrong("an object")
        return value
    if shape is float:
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise wrong("a number")
        return float(value)
    if shape in (int, str, bool):
        if not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
            raise wrong({int: "a whole number", str: "text", bool: "true or false"}[shape])
        return value
    if not isinstance(value, dict):
        raise wrong("an object")
    hints = get_type_hints(shape)
    given = {}
    for field in fields(shape):
        if field.name in value:
            given[field.name] = shaped(value[field.name], hints[field.name], f"{where}: {field.name}")
    try:
        return shape(**given)
    except TypeError as error:
        missing = str(error).split("argument")[-1].strip(" s:")
        raise RunFailure("bad-run", f"{where}: {missing} is missing", "submit the run again") from error
