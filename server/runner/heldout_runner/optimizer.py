"""Adam over sharded weights, the norm of the whole gradient, and the scale of a 16-bit loss (section 3)."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn
from torch.distributed.tensor import DTensor
from torch.nn.utils import clip_grads_with_norm_, get_total_norm

from .run import Optimizer, Run


def by_mesh(parameters: Iterable[nn.Parameter]) -> list[list[nn.Parameter]]:
    """Trainable parameters, those of one device mesh together: tensors of several meshes can't be handled at once."""
    groups: dict[object, list[nn.Parameter]] = {}
    for parameter in parameters:
        if parameter.requires_grad:
            mesh = parameter.device_mesh if isinstance(parameter, DTensor) else None
            groups.setdefault(mesh, []).append(parameter)
    return list(groups.values())


def make_optimizer(model: nn.Module, options: Optimizer) -> torch.optim.AdamW:
    """Adam with decoupled weight decay on all weights; its state has the weights' own type, 32 bits."""
    return torch.optim.AdamW(
        [{"params": group} for group in by_mesh(model.parameters())],
        lr=options.learning_rate,
        betas=options.betas,
        eps=options.eps,
        weight_decay=options.weight_decay,
        fused=True,
    )


def gradient_norm(groups: Iterable[list[nn.Parameter]]) -> torch.Tensor:
    """The 2-norm of the gradient over all ranks, float32 scalar; the same bits on every rank."""
    squares = [
        _whole(get_total_norm([parameter.grad for parameter in group if parameter.grad is not None])) ** 2
        for group in groups
    ]
    return torch.stack(squares).sum().sqrt()


def clip(groups: Iterable[list[nn.Parameter]], largest: float, norm: torch.Tensor) -> None:
    """Scales the gradient down to the norm `largest` where it is more."""
    for group in groups:
        clip_grads_with_norm_(group, largest, norm)


def scale_gradients(groups: Iterable[list[nn.Parameter]], factor: float) -> None:
    for group in groups:
        for parameter in group:
            if parameter.grad is not None:
                parameter.grad.mul_(factor)


def _whole(norm: torch.Tensor) -> torch.Tensor:
    return norm.full_tensor() if isinstance(norm, DTensor) else norm


class LossScale:
    """The factor that keeps 16-bit gradients from vanishing; 1 for other precisions. GradScaler's rule, read off the
    norm that is reduced over all ranks anyway: halved, and the step left out, when a gradient isn't finite; doubled
    after 2,000 steps without that."""

    GROWTH = 2000

    def __init__(self, run: Run) -> None:
        self._dynamic = run.precision == "fp16"
        self.value = float(2**16) if self._dynamic else 1.0
        self.good_steps = 0

    def update(self, finite: bool) -> None:
        if not self._dynamic:
            return
        self.good_steps = self.good_steps + 1 if finite else 0
        if not finite:
            self.value = max(self.value / 2, 2.0**-14)
        elif self.good_steps == self.GROWTH:
            self.value, self.good_steps = self.value * 2, 0
