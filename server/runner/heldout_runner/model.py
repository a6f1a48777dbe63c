"""The model of a run: any causal language model that transformers loads, or one of random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from accelerate import init_empty_weights
from torch import nn
from torch.distributed.checkpoint.state_dict import StateDictOptions, set_model_state_dict
from transformers import AutoConfig, AutoModelForCausalLM, PretrainedConfig
from transformers.utils import logging

from .failure import RunFailure, first_line, is_out_of_memory
from .masks import attention_for
from .parallel import blocks_of, shard, split_layers
from .run import Run
from .tokens import Encoder, tokenizer_file
from .world import World

#: What models call the dropout of their residual stream; OPT has none on embeddings or attention (section 3).
DROPOUT_NAMES = ("dropout", "resid_pdrop", "hidden_dropout", "hidden_dropout_prob", "residual_dropout", "resid_dropout")
DROPPED = ("attention_dropout", "attn_pdrop", "attention_probs_dropout_prob")


def model_config(run: Run) -> PretrainedConfig:
    """The configuration, with the run's dropout. Raises RunFailure where there is no model or it is too short."""
    config = _config(run)
    if run.dropout is not None:
        for name in DROPOUT_NAMES:
            if hasattr(config, name):
                setattr(config, name, run.dropout)
    longest = getattr(config, "max_position_embeddings", None)
    if longest is not None and longest < run.length:
        raise RunFailure(
            "bad-run", f"length is {run.length}, and the model has {longest} positions", f"set length: {longest}"
        )
    return config


def _config(run: Run) -> PretrainedConfig:
    if run.model.config is not None:
        values = dict(run.model.config)
        kind = values.pop("model_type", None)
        try:
            return AutoConfig.for_model(kind, **values)
        except Exception as error:
            raise RunFailure("bad-run", f"model.config: {first_line(error)}", "give a model_type and its values") from error
    return config_of(Path(run.model.folder or ""), "model")


def config_of(folder: Path, what: str) -> PretrainedConfig:
    """The configuration in a folder; `what` it should hold is said where it doesn't."""
    if not (folder / "config.json").is_file():
        why = "its config.json is missing" if folder.is_dir() else "there is no such folder"
        raise RunFailure("bad-checkpoint", f"no {what} at {folder}: {why}", "name a folder that transformers can load")
    try:
        return AutoConfig.from_pretrained(folder, local_files_only=True)
    except Exception as error:
        raise RunFailure("bad-checkpoint", f"{folder / 'config.json'}: {first_line(error)}", f"name another {what}") from error


def check_tokenizer(run: Run, config: PretrainedConfig, encoder: Encoder) -> None:
    """Raises RunFailure where tokens would mean nothing, or something else, to the model."""
    vocabulary = encoder.vocabulary
    largest, size = max(vocabulary.values()), config.vocab_size
    if largest >= size:
        raise RunFailure(
            "tokenizer-mismatch",
            f"{encoder.file} has tokens up to number {largest}, and the model knows {size}",
            "name the tokenizer that belongs to the model",
        )
    own = Path(run.model.folder or "", "tokenizer.json")
    if run.model.folder is None or not own.is_file() or own.resolve() == encoder.file.resolve():
        return
    theirs = Encoder(str(own)).vocabulary
    other = sum(theirs.get(token, number) != number for token, number in vocabulary.items())
    if other:
        raise RunFailure(
            "tokenizer-mismatch",
            f"{encoder.file} numbers {other} tokens otherwise than the model's own {own}",
            f"set tokenizer: {own}",
        )


def attention_of(run: Run, config: PretrainedConfig, device: torch.device) -> str:
    """The attention that the run's model uses; `masks.attention_mask` has the mask for it."""
    return attention_for(device, max(getattr(config, name, 0) or 0 for name in DROPPED), run.masking)


def sharded_model(run: Run, config: PretrainedConfig, world: World, weights: bool = True) -> nn.Module:
    """The model, sharded, on this rank's device, in training mode. The first rank alone holds it whole, on the CPU,
    while its weights are handed round; without `weights` they are left as they come, for a checkpoint to fill."""
    source = whole_model(run, config) if weights and world.rank == 0 else None
    with init_empty_weights(include_buffers=False):
        model = _adapted(
            AutoModelForCausalLM.from_config(
                config, dtype=torch.float32, attn_implementation=attention_of(run, config, world.device)
            ),
            run,
        )
    blocks = blocks_of(base_of(model))
    split_layers(base_of(model), world.tensor)
    shard(model, blocks, world.data, run.precision)
    model._apply(lambda tensor: torch.empty_like(tensor, device=world.device) if tensor.is_meta else tensor.to(world.device))
    base_of(model).tie_weights()
    if weights:
        options = StateDictOptions(full_state_dict=True, broadcast_from_rank0=world.size > 1)
        set_model_state_dict(model, source.state_dict() if source else {}, options=options)
    if run.gradient_checkpointing:
        base_of(model).gradient_checkpointing_enable({"use_reentrant": False})
        if run.lora:
            # Without this nothing that enters a block would need a gradient, and checkpointing would keep none.
            base_of(model).enable_input_require_grads()
    if run.compile and world.device.type == "cuda":
        for block in blocks:
            block.compile()
    return model.train()


def base_of(model: nn.Module) -> Any:
    """The transformers model inside adapters, or the model itself."""
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def whole_model(run: Run, config: PretrainedConfig) -> nn.Module:
    """The model as a run begins with it, whole, on the CPU, in the precision that its weights lie in."""
    torch.manual_seed(run.seed)
    # A bar that draws itself anew is one long line of the log.
    logging.disable_progress_bar()
    if run.model.folder is None:
        model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    else:
        try:
            model = AutoModelForCausalLM.from_pretrained(
                # As it lies there: 32 bits are made of each weight where it is sharded.
                run.model.folder, config=config, dtype="auto", local_files_only=True
            )
        except Exception as error:
            if is_out_of_memory(error):
                raise
            raise RunFailure("bad-checkpoint", f"{run.model.folder}: {first_line(error)}", "name another model") from error
    return _adapted(model, run)


def model_of(run: Run, config: PretrainedConfig, weights: dict[str, torch.Tensor]) -> nn.Module:
    """The run's model around these weights, whole, on the CPU; no weight is copied."""
    with init_empty_weights(include_buffers=False):
        model = _adapted(AutoModelForCausalLM.from_config(config, dtype=torch.float32), run)
    model.load_state_dict(weights, assign=True)
    base_of(model).tie_weights()
    return model


def _adapted(model: nn.Module, run: Run) -> nn.Module:
    if run.lora is None:
        return model
    # Slow to import, and seldom needed.
    from peft import LoraConfig, get_peft_model

    options = LoraConfig(
        r=run.lora.rank,
        lora_alpha=run.lora.alpha,
        lora_dropout=run.lora.dropout,
        target_modules=list(run.lora.targets),
        task_type="CAUSAL_LM",
    )
    try:
        return get_peft_model(model, options)
    except ValueError as error:
        raise RunFailure("bad-run", f"lora: {first_line(error)}", "change lora.targets") from error


def copy_tokenizer(run: Run, folder: Path) -> None:
    """Puts the tokenizer beside final weights, as transformers looks for it. It puts no tokens around a text: the model
    was trained without."""
    from transformers import PreTrainedTokenizerFast

    file = tokenizer_file(run.tokenizer)
    document = json.loads(file.read_text(encoding="utf-8"))
    document["post_processor"] = None
    text = json.dumps(document, ensure_ascii=False, indent=2)
    beside = [
        file.parent / name
        for name in ("tokenizer_config.json", "special_tokens_map.json", "vocab.json", "merges.txt", "added_tokens.json")
    ]
    if beside[0].is_file():
        for source in beside[1:]:
            if source.is_file():
                (folder / source.name).write_bytes(source.read_bytes())
        settings = json.loads(beside[0].read_text(encoding="utf-8"))
        settings |= {key: False for key in ("add_bos_token", "add_eos_token") if key in settings}
        (folder / beside[0].name).write_text(json.dumps(settings, ensure_ascii=False, indent=2), encoding="utf-8")
        (folder / file.name).write_text(text, encoding="utf-8")
        return
    separator = Encoder(run.tokenizer).separator
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(file))
    tokenizer.eos_token = tokenizer.convert_ids_to_tokens(separator)
    tokenizer.save_pretrained(folder)
    (folder / file.name).write_text(text, encoding="utf-8")
