"""A tiny OPT of random weights: `tiny_opt.py FOLDER TOKENIZER [LENGTH]`. Weights wide enough that scores differ."""

import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import OPTConfig, OPTForCausalLM

folder, tokenizer = Path(sys.argv[1]), Path(sys.argv[2])
described = json.loads(tokenizer.read_text())
numbers = [*described["model"]["vocab"].values(), *(token["id"] for token in described["added_tokens"])]
torch.manual_seed(0)
config = OPTConfig(
    vocab_size=max(numbers) + 1,
    hidden_size=64,
    word_embed_proj_dim=64,
    ffn_dim=128,
    num_hidden_layers=2,
    num_attention_heads=4,
    max_position_embeddings=int(sys.argv[3]) if len(sys.argv) > 3 else 128,
    init_std=0.3,
    dropout=0.0,
    pad_token_id=1,
    bos_token_id=2,
    eos_token_id=2,
)
OPTForCausalLM(config).save_pretrained(folder)
shutil.copyfile(tokenizer, folder / "tokenizer.json")
