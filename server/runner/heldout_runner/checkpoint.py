"""Checkpoints to go on from: sharded, whole or not there, checked before they are used.

A folder `step-NNNNNNNN` is written aside, each file of it to the disk, and renamed when it is whole; then `latest`
names it. Each rank notes size and CRC-32 of what it wrote, and a checkpoint that doesn't agree is passed over.
"""

from __future__ import annotations

import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed.checkpoint as dcp
from torch import nn
from torch.distributed.checkpoint import FileSystemReader, FileSystemWriter
from torch.distributed.checkpoint.metadata import TensorStorageMetadata
from torch.distributed.checkpoint.state_dict import (
    StateDictOptions,
    get_model_state_dict,
    get_optimizer_state_dict,
    set_model_state_dict,
    set_optimizer_state_dict,
)

from .failure import RunFailure
from .world import World

CHUNK = 1 << 24
#: What names of weights begin with among the tensors of a checkpoint.
WEIGHTS = "model."


@dataclass(frozen=True)
class Saved:
    """A checkpoint that was found whole; `state` is what `save` was given."""

    folder: Path
    state: dict[str, Any]

    @property
    def step(self) -> int:
        return int(self.state["step"])


class Checkpoints:
    """The folder `checkpoints/` of a job."""

    def __init__(self, folder: Path, world: World, trainable_only: bool) -> None:
        """`trainable_only` leaves frozen weights out (adapters): they come from the model's own folder."""
        self._folder, self._world = folder, world
        self._options = StateDictOptions(ignore_frozen_params=trainable_only, strict=not trainable_only)

    def save(self, state: dict[str, Any], model: nn.Module, optimizer: torch.optim.Optimizer, keep: int) -> Path:
        """Writes a checkpoint of `state` (JSON, with its `step`), weights, optimizer and every rank's random
        state; removes the oldest but `keep`. To be called by all ranks at once. Gives the folder."""
        world, rank = self._world, self._world.rank
        target = folder_of(self._folder, state["step"])
        aside = self._folder / f".{target.name}.writing"
        if rank == 0:
            for left in self._folder.glob(".step-*"):
                shutil.rmtree(left)
            aside.mkdir(parents=True)
        world.barrier()
        dcp.save(self._tensors(model, optimizer), storage_writer=FileSystemWriter(aside, sync_files=True))
        torch.save(_random_state(world.device), aside / f"random-{rank}.pt")
        own = [aside / f"random-{rank}.pt", *sorted(aside.glob(f"__{rank}_*.distcp"))]
        if rank == 0:
            (aside / "state.json").write_text(json.dumps({**state, "world": world.size}), encoding="utf-8")
            own += [aside / "state.json", aside / ".metadata"]
        sums = {file.name: [file.stat().st_size, _crc(file)] for file in own}
        (aside / f"sums-{rank}.json").write_text(json.dumps(sums), encoding="utf-8")
        for file in [*own, aside / f"sums-{rank}.json"]:
            to_disk(file)
        world.barrier()
        if rank == 0:
            self._publish(aside, target, keep)
        world.barrier()
        return target

    def newest(self, say: Callable[[str], None]) -> Saved | None:
        """The newest checkpoint that is whole, on all ranks at once; None where none was written. What is passed
        over is told to `say`. Raises RunFailure (`bad-checkpoint`) where there are some and none is whole."""
        found = sorted(self._folder.glob("step-????????"), reverse=True) if self._world.rank == 0 else []
        names: list[str] = self._world.from_first([folder.name for folder in found])
        for place, name in enumerate(names):
            folder = self._folder / name
            fault = self._fault(folder)
            if fault is None:
                return Saved(folder, json.loads((folder / "state.json").read_text(encoding="utf-8")))
            older = names[place + 1] if place + 1 < len(names) else "nothing: it is the only one left"
            say(f"the checkpoint {name} is broken ({fault}); falling back to {older}")
        if names:
            raise RunFailure(
                "bad-checkpoint", f"no checkpoint in {self._folder} is whole", "remove that folder to train from the start"
            )
        return None

    def load(self, saved: Saved, model: nn.Module, optimizer: torch.optim.Optimizer, say: Callable[[str], None]) -> None:
        """Brings weights, optimizer and random state to what they were; on another number of ranks the draws of
        dropout go on differently, which is told to `say`."""
        tensors = self._tensors(model, optimizer)
        try:
            dcp.load(tensors, storage_reader=FileSystemReader(saved.folder))
        except Exception as error:
            text = f"{saved.folder} does not fit the run: {str(error).strip().splitlines()[-1]}"
            raise RunFailure("bad-checkpoint", text, "start a new run for another model") from error
        set_model_state_dict(model, tensors["model"], options=self._options)
        set_optimizer_state_dict(model, optimizer, tensors["optimizer"], options=self._options)
        if saved.state["world"] == self._world.size:
            _restore_random(torch.load(saved.folder / f"random-{self._world.rank}.pt"), self._world.device)
        else:
            say(
                f"the checkpoint was written by {saved.state['world']} processes and is read by {self._world.size}: "
                "dropout draws differ from here on"
            )

    def _tensors(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
        return {
            # WEIGHTS, without its dot.
            "model": get_model_state_dict(model, options=self._options),
            "optimizer": get_optimizer_state_dict(model, optimizer, options=self._options),
        }

    def _publish(self, aside: Path, target: Path, keep: int) -> None:
        to_disk(aside)
        if target.exists():
            # A broken one that was passed over, or one that this run has trained past from an older one.
            target.rename(aside.with_name(f".{target.name}.replaced"))
        aside.rename(target)
        to_disk(self._folder)
        _replace(self._folder / "latest", target.name + "\n")
        for left in self._folder.glob(".step-*"):
            shutil.rmtree(left)
        for old in sorted(self._folder.glob("step-????????"), reverse=True)[keep:]:
            # Renamed first: what a kill leaves of it is no checkpoint.
            gone = old.rename(old.with_name(f".{old.name}.removed"))
            shutil.rmtree(gone)

    def _fault(self, folder: Path) -> str | None:
        """What is wrong with a checkpoint, the same on every rank; each rank checks its part of the files."""
        faults = list(_faults(folder, self._world.rank, self._world.size))
        count = self._world.sum(torch.tensor([float(len(faults))])).item()
        if count == 0:
            return None
        mine = faults[0] if faults else f"{int(count)} files that other processes checked"
        return self._world.from_first(mine)


def folder_of(checkpoints: Path, step: int) -> Path:
    return checkpoints / f"step-{step:08d}"


def read_weights(folder: Path) -> dict[str, torch.Tensor]:
    """The weights of a checkpoint, put together from its shards on the CPU, however many processes wrote them and by
    none but this one. Raises RunFailure (`bad-checkpoint`) where it is broken or gone."""
    for fault in _faults(folder, 0, 1):
        raise RunFailure("bad-checkpoint", f"{folder} is broken or gone: {fault}", "name another checkpoint")
    reader = FileSystemReader(folder)
    kept = reader.read_metadata().state_dict_metadata
    weights = {
        name: torch.empty(tensor.size, dtype=tensor.properties.dtype)
        for name, tensor in kept.items()
        if name.startswith(WEIGHTS) and isinstance(tensor, TensorStorageMetadata)
    }
    # The optimizer's state, twice as large, stays on the disk.
    dcp.load(weights, storage_reader=reader, no_dist=True)
    return {name.removeprefix(WEIGHTS): tensor for name, tensor in weights.items()}


def _faults(folder: Path, rank: int, ranks: int) -> Iterator[str]:
    try:
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        files: list[tuple[str, int, int]] = []
        for writer in range(state["world"]):
            sums = json.loads((folder / f"sums-{writer}.json").read_text(encoding="utf-8"))
            files += [(name, size, crc) for name, (size, crc) in sums.items()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield str(error)
        return
    for name, size, crc in files[rank::ranks]:
        file = folder / name
        if not file.is_file():
            yield f"{name} is missing"
        elif file.stat().st_size != size:
            yield f"{name} has {file.stat().st_size} bytes, not {size}"
        elif _crc(file) != crc:
            yield f"{name} has other bytes than were written"


def _crc(file: Path) -> int:
    crc = 0
    with open(file, "rb") as opened:
        while chunk := opened.read(CHUNK):
            crc = zlib.crc32(chunk, crc)
    return crc


def to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _replace(file: Path, text: str) -> None:
    aside = file.with_name(f".{file.name}.writing")
    aside.write_text(text, encoding="utf-8")
    to_disk(aside)
    aside.rename(file)
    to_disk(file.parent)


def _random_state(device: torch.device) -> dict[str, torch.Tensor]:
    state = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        state["cuda"] = torch.cuda.get_rng_state(device)
    return state


def _restore_random(state: dict[str, torch.Tensor], device: torch.device) -> None:
    torch.set_rng_state(state["cpu"])
    if device.type == "cuda" and "cuda" in state:
        torch.cuda.set_rng_state(state["cuda"], device)
