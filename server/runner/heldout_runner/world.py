"""The processes of a run: who is who, and on which device."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh

from .failure import RunFailure
from .run import Run

#: Longer than the patience with the training stream, which the first rank alone waits for.
TIMEOUT = timedelta(hours=2)


@dataclass(frozen=True)
class Ranks:
    """This process's number, the number of all, and its number on its machine; from torchrun's or srun's variables."""

    rank: int
    size: int
    local: int

    @staticmethod
    def here() -> Ranks:
        env = os.environ
        if "WORLD_SIZE" in env:
            return Ranks(int(env["RANK"]), int(env["WORLD_SIZE"]), int(env.get("LOCAL_RANK", env["RANK"])))
        # Of the variables that Slurm sets, this one is set in the steps of srun alone.
        if int(env.get("SLURM_STEP_NUM_TASKS", "1")) > 1:
            env.setdefault("MASTER_ADDR", env.get("SLURM_LAUNCH_NODE_IPADDR", "127.0.0.1"))
            env.setdefault("MASTER_PORT", str(20000 + int(env.get("SLURM_JOB_ID", "0")) % 20000))
            return Ranks(int(env["SLURM_PROCID"]), int(env["SLURM_STEP_NUM_TASKS"]), int(env["SLURM_LOCALID"]))
        return Ranks(0, 1, 0)


class World:
    """The process group, and the mesh of it: `data` splits the batch and the weights, `tensor` the layers."""

    def __init__(self, ranks: Ranks, run: Run) -> None:
        self.rank, self.size = ranks.rank, ranks.size
        self.device = device_of(run.device, ranks.local)
        if self.size % run.tensor_parallel:
            raise RunFailure(
                "bad-run",
                f"tensor_parallel is {run.tensor_parallel}, which does not divide {self.size} processes",
                "change tensor_parallel or the number of GPUs",
            )
        backend = "cpu:gloo,cuda:nccl" if self.device.type == "cuda" else "gloo"
        if self.size == 1:
            dist.init_process_group(backend, store=dist.HashStore(), rank=0, world_size=1, timeout=TIMEOUT)
        else:
            dist.init_process_group(
                backend,
                init_method=f"tcp://{os.environ['MASTER_ADDR']}:{os.environ['MASTER_PORT']}",
                rank=self.rank,
                world_size=self.size,
                timeout=TIMEOUT,
            )
        shape = (self.size // run.tensor_parallel, run.tensor_parallel)
        mesh = init_device_mesh(self.device.type, shape, mesh_dim_names=("data", "tensor"))
        self.data: DeviceMesh = mesh["data"]
        self.tensor: DeviceMesh = mesh["tensor"]

    @property
    def data_rank(self) -> int:
        return self.data.get_local_rank()

    @property
    def data_size(self) -> int:
        return self.data.size()

    def barrier(self) -> None:
        if self.size > 1:
            self.sum(torch.zeros(1))

    def sum(self, values: torch.Tensor) -> torch.Tensor:
        """The sum over all ranks of a tensor on the CPU."""
        if self.size > 1:
            dist.all_reduce(values)
        return values

    def from_first(self, value: Any) -> Any:
        """What the first rank holds; small and of plain types."""
        if self.size == 1:
            return value
        box = [value]
        dist.broadcast_object_list(box, src=0, device=torch.device("cpu"))
        return box[0]

    def close(self) -> None:
        if dist.is_initialized():
            dist.destroy_process_group()


def first_to_fail() -> bool:
    """Whether no other rank failed before: what follows on the others (a lost connection) is not the reason."""
    if not dist.is_initialized() or dist.get_world_size() == 1:
        return True
    try:
        return dist.distributed_c10d._get_default_store().add("heldout-failed", 1) == 1
    except Exception:
        # The first rank holds the store. Where it is gone, its own report or its exit status tells why.
        return False


def device_of(wanted: str, local: int) -> torch.device:
    """The device of a process that is number `local` on its machine. Raises RunFailure (`no-gpu`)."""
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if wanted == "cpu" or (wanted == "auto" and gpus == 0):
        return torch.device("cpu")
    if gpus == 0:
        raise RunFailure(
            "no-gpu",
            "the run asks for a GPU, and torch sees none" + ("" if torch.version.cuda else " (a torch for CPUs)"),
            'set device: cpu, or see "heldout runner doctor"',
        )
    if gpus == 1 and "SLURM_PROCID" in os.environ:
        # Slurm may show each process its own GPU alone.
        local = 0
    if local >= gpus:
        raise RunFailure(
            "no-gpu", f"process {local + 1} on this machine has no GPU: torch sees {gpus}", f"set gpus: {gpus}"
        )
    torch.cuda.set_device(local)
    return torch.device("cuda", local)
