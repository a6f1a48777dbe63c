"""A checkpoint as transformers loads it: safetensors, whole, and its tokenizer's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn
from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, GenerationConfig, PretrainedConfig
from transformers.utils import logging

from ..failure import RunFailure, first_line, is_out_of_memory
from ..masks import SDPA
from ..model import config_of
from ..parallel import DTYPES
from ..tokens import Encoder
from .job import EvaluateJob

WHOLE, INDEX = "model.safetensors", "model.safetensors.index.json"
#: What configurations call the tokens of their context, in the order in which they are asked.
LENGTHS = ("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len")
#: Tokens, where a configuration has none of these: T5's reads any number.
UNTOLD = 2048


@dataclass(frozen=True)
class Loaded:
    model: nn.Module
    #: Tokens of the context.
    length: int
    #: Tokens that the model knows.
    vocabulary: int
    #: Tokens that end a text.
    ends: frozenset[int]
    encoder_decoder: bool


def load(job: EvaluateJob, encoder: Encoder, device: torch.device) -> Loaded:
    """Raises RunFailure where there is no checkpoint, or one that isn't safe or whole."""
    folder = Path(job.checkpoint)
    # The log is read by people.
    logging.disable_progress_bar()
    config = config_of(folder, "checkpoint")
    _check_weights(folder)
    model = _model(folder, config, job, device)
    told = next((value for name in LENGTHS if (value := getattr(config, name, None))), None)
    if job.length and told and job.length > told and not config.is_encoder_decoder:
        raise RunFailure(
            "bad-run", f"length is {job.length}, and {folder} has {told} positions", f"set length: {told}"
        )
    ends = {encoder.separator}
    for source in (config, _generation(folder)):
        end = getattr(source, "eos_token_id", None)
        ends |= {end} if isinstance(end, int) else set(end or ())
    return Loaded(
        model=model,
        length=job.length or told or UNTOLD,
        vocabulary=model.get_input_embeddings().num_embeddings,
        ends=frozenset(ends),
        encoder_decoder=bool(config.is_encoder_decoder),
    )


def _check_weights(folder: Path) -> None:
    if (folder / WHOLE).is_file():
        return
    if (folder / INDEX).is_file():
        try:
            files = set(json.loads((folder / INDEX).read_text(encoding="utf-8"))["weight_map"].values())
        except (ValueError, KeyError, AttributeError) as error:
            raise RunFailure("bad-checkpoint", f"{folder / INDEX}: {first_line(error)}", "copy the checkpoint again") from error
        missing = sorted(name for name in files if not (folder / name).is_file())
        if missing:
            text = f"{folder} is not whole: {missing[0]} is missing" + (f", and {len(missing) - 1} more" if missing[1:] else "")
            raise RunFailure("bad-checkpoint", text, "copy the checkpoint again")
        return
    pickled = sorted(file.name for pattern in ("*.bin", "*.pt", "*.pth", "*.ckpt") for file in folder.glob(pattern))
    if pickled:
        raise RunFailure(
            "bad-checkpoint",
            f"{folder} has its weights as {pickled[0]}, a pickle, which can run code when it is read",
            "load it where you trust it and write it again with save_pretrained, which gives safetensors",
        )
    raise RunFailure("bad-checkpoint", f"{folder} has no {WHOLE}", "name a folder that transformers can load")


def _model(folder: Path, config: PretrainedConfig, job: EvaluateJob, device: torch.device) -> nn.Module:
    kind = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
    if job.precision != "auto":
        dtype: torch.dtype | str = DTYPES[job.precision]
    else:
        dtype = torch.float32 if device.type == "cpu" else "auto"
    options = dict(
        config=config,
        dtype=dtype,
        use_safetensors=True,
        local_files_only=True,
        trust_remote_code=False,
        output_loading_info=True,
        # They are told below, by name.
        ignore_mismatched_sizes=True,
    )
    try:
        try:
            # The runner's masks are for it.
            model, told = kind.from_pretrained(folder, attn_implementation=SDPA, **options)
        except ValueError:
            # Some kinds have an attention of their own only; what else is wrong is said again.
            model, told = kind.from_pretrained(folder, **options)
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise RunFailure("bad-checkpoint", f"{folder}: {first_line(error)}", "name another checkpoint") from error
    lacking = sorted([*told["missing_keys"], *(key for key, *_ in told["mismatched_keys"])])
    if lacking:
        # transformers would fill them with random numbers.
        text = f"{folder} has no weights that fit {lacking[0]}" + (f" and {len(lacking) - 1} more" if lacking[1:] else "")
        raise RunFailure("bad-checkpoint", text, "copy the checkpoint again, or name another")
    return model.to(device).eval().requires_grad_(False)


def _generation(folder: Path) -> GenerationConfig | None:
    if not (folder / "generation_config.json").is_file():
        return None
    try:
        return GenerationConfig.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, TypeError) as error:
        text = f"{folder / 'generation_config.json'}: {first_line(error)}"
        raise RunFailure("bad-checkpoint", text, "mend that file or remove it") from error
