"""Final weights as transformers and vLLM load them: safetensors, configuration, tokenizer; adapters merged."""

from __future__ import annotations

import shutil
from pathlib import Path

from torch import nn
from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict
from transformers import PretrainedConfig
from transformers.utils import logging

from .checkpoint import to_disk
from .model import base_of, copy_tokenizer, model_of
from .parallel import DTYPES
from .run import Run
from .world import World


def save_final(run: Run, config: PretrainedConfig, model: nn.Module, folder: Path, world: World) -> None:
    """Gathers the weights on the first rank, one after another, and writes `folder` aside, then renames it. They are
    in the precision that the run computed in. Adapters are kept beside, in `adapter/`. To be called by all ranks."""
    weights = get_model_state_dict(model, options=StateDictOptions(full_state_dict=True, cpu_offload=True))
    if world.rank == 0:
        write_folder(run, model_of(run, config, weights), folder)
    world.barrier()


def write_folder(run: Run, model: nn.Module, folder: Path) -> None:
    """Writes the run's model, whole and on the CPU, as a folder to load: aside, to the disk, then renamed."""
    aside = folder.with_name(f".{folder.name}.writing")
    shutil.rmtree(aside, ignore_errors=True)
    _write(run, model, aside)
    copy_tokenizer(run, aside)
    for file in [*(file for file in aside.rglob("*") if file.is_file()), aside]:
        # safetensors keeps its files to their owner; these are for others to load.
        file.chmod(0o755 if file.is_dir() else 0o644)
        to_disk(file)
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)
    to_disk(folder.parent)


def _write(run: Run, model: nn.Module, folder: Path) -> None:
    # As where a model is loaded.
    logging.disable_progress_bar()
    base_of(model).config.use_cache = True
    if run.lora:
        model.save_pretrained(folder / "adapter")
        model = model.merge_and_unload()
    model.to(DTYPES[run.precision]).save_pretrained(folder)
