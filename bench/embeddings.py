"""The vectors of sentence-transformers' weights by transformers itself; called by bench/embeddings.ts.

    python bench/embeddings.py FOLDER < texts.json > vectors.json
"""

import json
import sys
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer

folder = Path(sys.argv[1])


def settings(name):
    path = folder / name
    return json.loads(path.read_text()) if path.is_file() else {}


most = settings("sentence_bert_config.json").get("max_seq_length") or 512
first = settings("1_Pooling/config.json").get("pooling_mode_cls_token", False)
tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
model = AutoModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32).eval()
vectors = []
for text in json.load(sys.stdin):
    given = tokenizer(text, truncation=True, max_length=most, return_tensors="pt")
    with torch.no_grad():
        hidden = model(**given).last_hidden_state[0]
    pooled = hidden[0] if first else hidden.mean(0)
    vectors.append(torch.nn.functional.normalize(pooled, dim=0).tolist())
json.dump(vectors, sys.stdout)
