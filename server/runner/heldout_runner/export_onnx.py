"""A causal language model as an ONNX graph that scores, for the editor's embedded backend.

    python -m heldout_runner.export_onnx CHECKPOINT OUT.onnx

Inputs, all int64: `input_ids`, `position_ids`, `segments` of shape (rows, places), and `pick`, `target` of shape (n).
Segment 0 is padding, 1 what a row's branches have in common, every greater number one branch: a place attends to
what stands before it in its own segment and in segment 1. `pick` counts places row by row; outputs for each of them
are `log_probability` of the token `target` that is to follow, and `most_likely`, the token that greedy decoding
writes. Beside the graph stand `OUT.json` (what it was made of) and the checkpoint's tokenizer.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import torch
from torch import nn
from transformers import AutoConfig, AutoModelForCausalLM

#: Beyond this the graph is not the model.
TOLERANCE = 5e-5
TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


class ExportError(Exception):
    """One line for the person: what is wrong and what to do."""


class ScoringGraph(nn.Module):
    """The model with its mask built inside; only places that were picked meet the output layer."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.body = model.base_model
        self.head = model.get_output_embeddings()

    def forward(
        self,
        input_ids: torch.Tensor,
        position_ids: torch.Tensor,
        segments: torch.Tensor,
        pick: torch.Tensor,
        target: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        places = input_ids.shape[1]
        order = torch.arange(places, device=input_ids.device)
        before = order[:, None] >= order[None, :]
        own = segments[:, :, None] == segments[:, None, :]
        common = segments[:, None, :] == 1
        # Padding attends to itself: a place without any would make NaN.
        allowed = (before & (own | common)) | (order[:, None] == order[None, :])
        dtype = next(self.body.parameters()).dtype
        zero = torch.zeros((), dtype=dtype)
        closed = torch.full((), torch.finfo(dtype).min, dtype=dtype)
        mask = torch.where(allowed, zero, closed)[:, None]
        hidden = self.body(
            input_ids=input_ids, attention_mask=mask, position_ids=position_ids, use_cache=False, return_dict=True
        ).last_hidden_state
        picked = hidden.flatten(0, 1).index_select(0, pick)
        logits = self.head(picked).float()
        scores = logits.log_softmax(dim=-1)
        return scores.gather(1, target[:, None]).squeeze(1), logits.argmax(dim=-1)


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


def examples(vocabulary: int, length: int, seed: int) -> tuple[torch.Tensor, ...]:
    """Two rows of a common part with two branches, the second one padded; every place is picked."""
    generator = torch.Generator().manual_seed(seed)
    common, branch = max(2, min(length - 4, 9)), 3
    places = common + 2 * branch
    ids = torch.randint(0, vocabulary, (2, places), generator=generator)
    positions = torch.tensor([*range(common), *range(common, common + branch), *range(common, common + branch)])
    segments = torch.tensor([1] * common + [2] * branch + [3] * branch).repeat(2, 1)
    segments[1, -branch:] = 0
    pick = torch.arange(2 * places)
    target = torch.randint(0, vocabulary, (2 * places,), generator=generator)
    return ids, positions.repeat(2, 1), segments, pick, target


def export(model: nn.Module, path: Path, length: int) -> None:
    dynamic = torch.export.Dim.AUTO
    square = {0: dynamic, 1: dynamic}
    program = torch.onnx.export(
        ScoringGraph(model).eval(),
        examples(model.config.vocab_size, length, seed=0),
        dynamo=True,
        input_names=["input_ids", "position_ids", "segments", "pick", "target"],
        output_names=["log_probability", "most_likely"],
        dynamic_shapes=(square, square, square, {0: dynamic}, {0: dynamic}),
        verbose=False,
    )
    save(program, model, path)


def save(program: torch.onnx.ONNXProgram, model: nn.Module, path: Path) -> None:
    # The exporter notes where each node came from, with paths of this machine.
    for part in (program.model, program.model.graph, *program.model.graph.all_nodes()):
        part.metadata_props.clear()
    for value in program.model.graph.initializers.values():
        value.metadata_props.clear()
    program.save(str(path), external_data=_is_large(model))


def _is_large(model: nn.Module) -> bool:
    """A graph with its weights must stay below 2 GB to be one file."""
    return sum(each.numel() * each.element_size() for each in model.parameters()) > 1_800_000_000


def check(model: nn.Module, path: Path, length: int) -> float:
    """The greatest difference from the plain model, branch by branch, each in a row of its own."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    ids, positions, segments, pick, target = examples(model.config.vocab_size, length, seed=1)
    names = ("input_ids", "position_ids", "segments", "pick", "target")
    feeds = {name: value.numpy() for name, value in zip(names, (ids, positions, segments, pick, target), strict=True)}
    found = torch.from_numpy(session.run(["log_probability"], feeds)[0])
    worst, places = 0.0, ids.shape[1]
    for row in range(ids.shape[0]):
        for branch in sorted(set(segments[row].tolist()) - {0, 1}):
            at = ((segments[row] == 1) | (segments[row] == branch)).nonzero().squeeze(1)
            with torch.no_grad():
                scores = model(input_ids=ids[row, at][None], use_cache=False).logits[0].float().log_softmax(-1)
            expected = scores.gather(1, target[row * places + at][:, None]).squeeze(1)
            worst = max(worst, (expected - found[row * places + at]).abs().max().item())
    return worst


def fingerprint(checkpoint: Path) -> str:
    """Of the weights' files, in the order of their names."""
    whole = hashlib.sha256()
    for file in sorted([*checkpoint.glob("*.safetensors"), *checkpoint.glob("*.bin"), checkpoint / "config.json"]):
        with file.open("rb") as opened:
            whole.update(hashlib.file_digest(opened, "sha256").digest())
    return whole.hexdigest()[:32]


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
            "version": 1,
            "length": length,
            "vocabulary": model.config.vocab_size,
            "model_type": model.config.model_type,
            "checkpoint": fingerprint(checkpoint),
            "difference": difference,
        }
        Path(folder, f"{out.stem}.json").write_text(json.dumps(described, indent=2) + "\n")
        for name in TOKENIZER_FILES:
            if (checkpoint / name).is_file():
                shutil.copyfile(checkpoint / name, Path(folder, name))
        # The graph last: where it stands, all that it needs does.
        for file in sorted(Path(folder).iterdir(), key=lambda each: each.name == out.name):
            os.replace(file, out.parent / file.name)
    return described


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m heldout_runner.export_onnx", description="a model that scores")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    given = parser.parse_args(arguments)
    if given.out.suffix != ".onnx":
        print(f"{given.out}: name a file that ends in .onnx", file=sys.stderr)
        return 2
    try:
        print(json.dumps(run(given.checkpoint, given.out)))
    except ExportError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
