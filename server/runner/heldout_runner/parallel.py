"""A model over several devices: FSDP2 over the data ranks, tensor parallel within."""

from __future__ import annotations

import warnings

import torch
from torch import nn
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard
from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module

from .failure import RunFailure

#: What one block of OPT splits: the heads and the inner layer by column, what brings them together by row.
OPT_PLAN = {
    "self_attn.q_proj": ColwiseParallel,
    "self_attn.k_proj": ColwiseParallel,
    "self_attn.v_proj": ColwiseParallel,
    "self_attn.out_proj": RowwiseParallel,
    "fc1": ColwiseParallel,
    "fc2": RowwiseParallel,
}

# OPT's blocks return a view, and nothing writes into it: the tests compare gradients.
warnings.filterwarnings("ignore", message="FSDP2-wrapped module .* returned a view tensor")

DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}


def blocks_of(model: nn.Module) -> list[nn.Module]:
    """The model's decoder blocks, in order: what transformers says must not be split."""
    names = set(getattr(model, "_no_split_modules", None) or ())
    blocks = [module for module in model.modules() if type(module).__name__ in names]
    if blocks:
        return blocks
    lists = [module for module in model.modules() if isinstance(module, nn.ModuleList)]
    return list(max(lists, key=len, default=nn.ModuleList()))


def split_layers(model: nn.Module, mesh: DeviceMesh) -> None:
    """Tensor parallel by hand for OPT, which brings no plan of its own; embeddings and norms stay whole."""
    if mesh.size() == 1:
        return
    for block in blocks_of(model):
        if type(block).__name__ != "OPTDecoderLayer":
            raise RunFailure(
                "bad-run", f"no tensor-parallel plan for {type(block).__name__}, only for OPT", "set tensor_parallel: 1"
            )
        heads = block.self_attn.num_heads
        if heads % mesh.size():
            raise RunFailure(
                "bad-run", f"tensor_parallel is {mesh.size()}, which does not divide {heads} heads", "lower it"
            )
        parallelize_module(block, mesh, {name: style() for name, style in OPT_PLAN.items()})
        block.self_attn.num_heads = heads // mesh.size()


def shard(model: nn.Module, blocks: list[nn.Module], mesh: DeviceMesh, precision: str) -> None:
    """Shards weights, gradients and optimizer state over `mesh`; computes in `precision`, keeps and reduces 32 bits."""
    policy = MixedPrecisionPolicy(param_dtype=DTYPES[precision], reduce_dtype=torch.float32)
    for block in blocks:
        fully_shard(block, mesh=mesh, mp_policy=policy)
    fully_shard(model, mesh=mesh, mp_policy=policy)
