"""A run's checkpoint as transformers loads it, like its final weights; of none of the devices that it was trained on."""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch import nn

from .checkpoint import folder_of, read_weights
from .failure import RunFailure, as_failure
from .final import write_folder
from .model import model_config, model_of, whole_model
from .run import Run, read_run

DONE, FAILED = 0, 1


def main(job: Path, step: int, out: Path) -> int:
    """Gives the exit status; the reason of a failure is the last line on stderr."""
    try:
        export(job, step, out)
        return DONE
    except Exception as error:
        failure = as_failure(error, "free memory: the weights are put together in 32 bits")
        print(failure.text + (f"; {failure.advice}" if failure.advice else ""), file=sys.stderr, flush=True)
        return FAILED


def export(job: Path, step: int, out: Path) -> None:
    """Writes the checkpoint of a step to `out`, adapters merged. Raises RunFailure."""
    run = read_run(job / "run.json")
    weights = read_weights(folder_of(job / "checkpoints", step))
    out.parent.mkdir(parents=True, exist_ok=True)
    write_folder(run, _with_weights(run, weights), out)


def _with_weights(run: Run, weights: dict[str, torch.Tensor]) -> nn.Module:
    config = model_config(run)
    if run.lora is None:
        return model_of(run, config, weights)
    # A checkpoint has the adapters alone.
    model = whole_model(run, config).float()
    fitting = model.load_state_dict(weights, strict=False)
    if fitting.unexpected_keys:
        raise RunFailure("bad-checkpoint", f"the run's model has no {fitting.unexpected_keys[0]}", "name another checkpoint")
    return model
