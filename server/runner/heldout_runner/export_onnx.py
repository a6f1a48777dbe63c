"""A causal language model as an ONNX graph that scores, for the editor's embedded backend.

    python -m heldout_runner.export_onnx CHECKPOINT OUT.onnx

Inputs, int64: `input_ids`, `position_ids` of shape (rows, places), `attention_mask` of shape (rows, columns of the
cache + places), `pick`, `target` of shape (n); and the cache as Optimum names it, float32: `past_key_values.N.key` and
`.value`, (rows, heads, columns, size), of no column where nothing was read before. Besides 0 and 1 the mask may
number branches, as onnx_graph.py says. `pick` counts places row by row; outputs for each of them are
`log_probability` of the token `target` that is to follow, and `most_likely`, the token that greedy decoding writes.
Then `present.N.key` and `.value`, the cache with the places, and `new.N.key` and `.value`, the places alone, for those
who keep a cache with room. Beside the graph stand `OUT.json` (what it was made of) and the checkpoint's tokenizer.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

import torch
from torch import nn
from transformers import AutoConfig, AutoModelForCausalLM

from .export_command import TOKENIZER_FILES, ExportError, command, put_in_place
from .onnx_graph import check, export

#: Beyond this the graph is not the model.
TOLERANCE = 5e-5


def load(checkpoint: Path) -> nn.Module:
    if not (checkpoint / "config.json").is_file():
        what = "its config.json is missing" if checkpoint.is_dir() else "there is no such folder"
        raise ExportError(f"{checkpoint}: no model: {what}; name a folder that transformers can load")
    if not (checkpoint / "tokenizer.json").is_file():
        raise ExportError(f"{checkpoint}: its tokenizer.json is missing; save the tokenizer beside the model")
    config = AutoConfig.from_pretrained(checkpoint, local_files_only=True)
    if getattr(config, "is_encoder_decoder", False):
        raise ExportError(f"{checkpoint}: an encoder-decoder model; only causal models become a scoring graph")
    model = AutoModelForCausalLM.from_pretrained(
        checkpoint, local_files_only=True, dtype=torch.float32, attn_implementation="sdpa"
    )
    return model.eval()


def fingerprint(checkpoint: Path) -> str:
    """Of the weights' files, in the order of their names."""
    whole = hashlib.sha256()
    for file in sorted([*checkpoint.glob("*.safetensors"), *checkpoint.glob("*.bin"), checkpoint / "config.json"]):
        with file.open("rb") as opened:
            whole.update(hashlib.file_digest(opened, "sha256").digest())
    return whole.hexdigest()[:32]


def ends_of(model: nn.Module) -> list[int]:
    """The tokens that end a text by the model's own settings."""
    ends: set[int] = set()
    for source in (model.config, model.generation_config):
        end = getattr(source, "eos_token_id", None)
        ends |= {end} if isinstance(end, int) else set(end or ())
    return sorted(ends)


def run(checkpoint: Path, out: Path) -> dict:
    model = load(checkpoint)
    length = getattr(model.config, "max_position_embeddings", None) or getattr(model.config, "n_positions", 2048)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export-") as folder:
        made = Path(folder, out.name)
        export(model, made, length)
        difference = check(model, made, length)
        if not difference <= TOLERANCE:
            raise ExportError(
                f"{checkpoint}: the graph's log-likelihoods differ from the model's by {difference:.1e}: "
                "this kind of model can't be exported; score it with PyTorch"
            )
        described = {
            "heldout": "scoring-graph",
            "version": 2,
            "length": length,
            "vocabulary": model.config.vocab_size,
            "ends": ends_of(model),
            "model_type": model.config.model_type,
            "checkpoint": fingerprint(checkpoint),
            "difference": difference,
        }
        Path(folder, f"{out.stem}.json").write_text(json.dumps(described, indent=2) + "\n")
        for name in TOKENIZER_FILES:
            if (checkpoint / name).is_file():
                shutil.copyfile(checkpoint / name, Path(folder, name))
        put_in_place(Path(folder), out)
    return described


def main(arguments: list[str] | None = None) -> int:
    return command("export_onnx", "a model that scores", run, arguments)


if __name__ == "__main__":
    sys.exit(main())
