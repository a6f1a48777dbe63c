"""A checkpoint as Optimum exports it for text generation with past: `optimum_graph.py CHECKPOINT FOLDER` writes
FOLDER/model.onnx with inputs `input_ids`, `attention_mask`, `position_ids`, `past_key_values.N.key`, `.value`, outputs
`logits`, `present.N.key`, `.value`, and the checkpoint's configuration and tokenizer beside it."""

import shutil
import sys
from pathlib import Path

import torch
from torch import nn
from transformers import AutoModelForCausalLM, DynamicCache

checkpoint, folder = Path(sys.argv[1]), Path(sys.argv[2])
model = AutoModelForCausalLM.from_pretrained(checkpoint, dtype=torch.float32).eval()
layers = model.config.num_hidden_layers


class Causal(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, position_ids, past):
        cache = DynamicCache(list(zip(past[::2], past[1::2])))
        out = self.model(
            input_ids=input_ids, attention_mask=attention_mask, position_ids=position_ids, past_key_values=cache
        )
        return out.logits, *(each for layer in out.past_key_values.layers for each in (layer.keys, layer.values))


read, places = 5, 7
with torch.no_grad():
    cache = model(torch.arange(2 * read).view(2, read) + 3, use_cache=True).past_key_values
past = [each for layer in cache.layers for each in (layer.keys, layer.values)]
names = [f"{layer}.{part}" for layer in range(layers) for part in ("key", "value")]
dynamic = torch.export.Dim.AUTO
square = {0: dynamic, 1: dynamic}
folder.mkdir(parents=True)
torch.onnx.export(
    Causal(),
    (
        torch.arange(2 * places).view(2, places) + 20,
        torch.ones(2, read + places, dtype=torch.long),
        torch.arange(read, read + places).repeat(2, 1),
        past,
    ),
    dynamo=True,
    input_names=["input_ids", "attention_mask", "position_ids", *(f"past_key_values.{name}" for name in names)],
    output_names=["logits", *(f"present.{name}" for name in names)],
    dynamic_shapes=(square, square, square, [{0: dynamic, 2: dynamic}] * len(past)),
    verbose=False,
).save(str(folder / "model.onnx"))
for name in ("config.json", "tokenizer.json"):
    shutil.copyfile(checkpoint / name, folder / name)
