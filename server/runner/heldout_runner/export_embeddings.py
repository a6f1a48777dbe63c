"""A sentence-embedding model as an ONNX graph, for the similarity of tasks that the editor's own Node computes.

    python -m heldout_runner.export_embeddings FOLDER OUT.onnx

FOLDER is one that transformers' AutoModel loads, as sentence-transformers saves it. Inputs, int64 of shape (rows,
tokens): `input_ids`, `attention_mask`, and `token_type_ids` where the model takes them; the output is
`last_hidden_state`. Beside the graph stand the tokenizer and the settings that say how a text's vector is made of it.
"""

from __future__ import annotations

import inspect
import shutil
import sys
import tempfile
from pathlib import Path

import torch
from torch import nn
from transformers import AutoConfig, AutoModel

from .export_command import TOKENIZER_FILES, ExportError, command, put_in_place
from .onnx_graph import save

#: Beyond this the graph is not the model.
TOLERANCE = 1e-4
SETTINGS = ("1_Pooling/config.json", "sentence_bert_config.json")


class TokenVectors(nn.Module):
    def __init__(self, model: nn.Module, names: tuple[str, ...]) -> None:
        super().__init__()
        self.model = model
        self.names = names

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        return self.model(**dict(zip(self.names, inputs, strict=True)), return_dict=True).last_hidden_state


def load(folder: Path) -> nn.Module:
    for name in ("config.json", "tokenizer.json"):
        if not (folder / name).is_file():
            what = f"its {name} is missing" if folder.is_dir() else "there is no such folder"
            raise ExportError(f"{folder}: no sentence-embedding model: {what}")
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    if getattr(config, "is_encoder_decoder", False):
        raise ExportError(f"{folder}: an encoder-decoder model; one that reads alone is needed")
    model = AutoModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32, attn_implementation="eager")
    return model.eval()


def inputs_of(model: nn.Module, rows: int, tokens: int, seed: int) -> dict[str, torch.Tensor]:
    """Rows of chance tokens, the last one cut short by half."""
    generator = torch.Generator().manual_seed(seed)
    mask = torch.ones(rows, tokens, dtype=torch.long)
    mask[-1, tokens // 2 :] = 0
    given = {"input_ids": torch.randint(0, model.config.vocab_size, (rows, tokens), generator=generator)}
    given["attention_mask"] = mask
    if "token_type_ids" in inspect.signature(model.forward).parameters:
        given["token_type_ids"] = torch.zeros(rows, tokens, dtype=torch.long)
    return given


def export(model: nn.Module, path: Path) -> None:
    given = inputs_of(model, 2, 7, seed=0)
    dynamic = {0: torch.export.Dim.AUTO, 1: torch.export.Dim.AUTO}
    program = torch.onnx.export(
        TokenVectors(model, tuple(given)).eval(),
        tuple(given.values()),
        dynamo=True,
        input_names=list(given),
        output_names=["last_hidden_state"],
        dynamic_shapes=(tuple(dynamic for _ in given),),
        verbose=False,
    )
    save(program, model, path)


def check(model: nn.Module, path: Path) -> float:
    """The greatest difference from the model, where there is a token."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    worst = 0.0
    for rows, tokens in ((1, 3), (3, 31)):
        given = inputs_of(model, rows, tokens, seed=rows)
        found = session.run(["last_hidden_state"], {name: value.numpy() for name, value in given.items()})[0]
        with torch.no_grad():
            expected = model(**given, return_dict=True).last_hidden_state
        there = given["attention_mask"].bool()
        worst = max(worst, (expected - torch.from_numpy(found))[there].abs().max().item())
    return worst


def run(folder: Path, out: Path) -> dict:
    model = load(folder)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".export-") as aside:
        made = Path(aside, out.name)
        export(model, made)
        difference = check(model, made)
        if not difference <= TOLERANCE:
            raise ExportError(f"{folder}: the graph's vectors differ from the model's by {difference:.1e}")
        for name in (*TOKENIZER_FILES, *SETTINGS):
            if (folder / name).is_file():
                (out.parent / name).parent.mkdir(exist_ok=True)
                shutil.copyfile(folder / name, out.parent / name)
        put_in_place(Path(aside), out)
    return {"heldout": "embeddings", "model_type": model.config.model_type, "difference": difference}


def main(arguments: list[str] | None = None) -> int:
    return command("export_embeddings", __doc__, run, arguments)


if __name__ == "__main__":
    sys.exit(main())
