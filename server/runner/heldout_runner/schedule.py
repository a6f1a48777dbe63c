"""The learning rate of each step (section 3: warm-up of 60 steps, then linear decay to 0)."""

from __future__ import annotations


def learning_rate(step: int, peak: float, warmup: int, steps: int) -> float:
    """The rate of `step`, counted from 1.

    Two straight lines: from 0 before the first step up to `peak` at step `warmup`, and from there down to 0 after
    the last step. So no step is spent at rate 0: the first has `peak / warmup`, the last
    `peak / (steps - warmup + 1)`. A warm-up of 0 starts at the peak.
    """
    if step < warmup:
        return peak * step / warmup
    return peak * (steps - step + 1) / (steps - max(warmup, 1) + 1)
