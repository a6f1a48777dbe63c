"""A tiny Llama of random weights, with fewer heads of keys than of queries: `tiny_llama.py FOLDER TOKENIZER`."""

import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM

folder, tokenizer = Path(sys.argv[1]), Path(sys.argv[2])
described = json.loads(tokenizer.read_text())
numbers = [*described["model"]["vocab"].values(), *(token["id"] for token in described["added_tokens"])]
torch.manual_seed(0)
config = LlamaConfig(
    vocab_size=max(numbers) + 1,
    hidden_size=64,
    intermediate_size=128,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=128,
    initializer_range=0.3,
    pad_token_id=1,
    bos_token_id=2,
    eos_token_id=2,
)
LlamaForCausalLM(config).save_pretrained(folder)
shutil.copyfile(tokenizer, folder / "tokenizer.json")
