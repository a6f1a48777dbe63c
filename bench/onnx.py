"""A checkpoint of random weights for bench/onnx.ts: `onnx.py FOLDER SHAPE`, with the samples' tokenizer beside it."""

import shutil
import sys
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForCausalLM

#: Hidden size, layers, heads, vocabulary, positions.
SHAPES = {"small": (384, 6, 6, 8192, 1024), "opt-125m": (768, 12, 12, 50272, 2048)}

folder = Path(sys.argv[1])
hidden, layers, heads, vocabulary, positions = SHAPES[sys.argv[2]]
torch.manual_seed(7)
config = AutoConfig.for_model(
    "opt", vocab_size=vocabulary, hidden_size=hidden, word_embed_proj_dim=hidden, ffn_dim=4 * hidden,
    num_hidden_layers=layers, num_attention_heads=heads, max_position_embeddings=positions, init_std=0.08,
)  # fmt: skip
AutoModelForCausalLM.from_config(config).save_pretrained(folder)
shutil.copyfile(Path(__file__).parents[1] / "samples" / "data" / "tokenizer.json", folder / "tokenizer.json")
