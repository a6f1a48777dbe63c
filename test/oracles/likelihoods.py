"""Log-likelihoods by PyTorch, each continuation in a row of its own, as lm-evaluation-harness reads them: the first
line names the checkpoint's folder, then {"prefix", "continuations"} or {"prefix", "max_tokens"} a line."""

import json
import sys

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

# So small a model gains nothing by more, and waits for them on a busy machine.
torch.set_num_threads(1)
folder = json.loads(sys.stdin.readline())
tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
end, length = model.config.eos_token_id, model.config.max_position_embeddings
print("null", flush=True)


def ids(text: str) -> list[int]:
    return tokenizer.encode(text, add_special_tokens=False).ids


def scores(tokens: list[int]) -> torch.Tensor:
    with torch.no_grad():
        return model(torch.tensor([tokens])).logits[0].float().log_softmax(-1)


def ranked(prefix: str, continuations: list[str]) -> dict:
    sums, greedy = [], []
    for continuation in continuations:
        before = ids(prefix) or [end]
        whole = ids(prefix + continuation)
        own = whole[len(ids(prefix)) :]
        tokens = (before[: len(before)] + own if not ids(prefix) else whole)[-(length + 1) :]
        found = scores(tokens[:-1])[-len(own) :]
        sums.append(found.gather(1, torch.tensor(own)[:, None]).sum().item())
        greedy.append(bool((found.argmax(-1) == torch.tensor(own)).all()))
    return {"log_likelihoods": sums, "greedy": greedy}


def written(prefix: str, most: int) -> dict:
    most = min(most, length // 2)
    tokens, out = (ids(prefix) or [end])[-(length - most) :], []
    for _ in range(most):
        best = scores(tokens)[-1].argmax().item()
        if best == end:
            break
        out.append(best)
        tokens.append(best)
    return {"text": tokenizer.decode(out)}


for line in sys.stdin:
    asked = json.loads(line)
    if "continuations" in asked:
        print(json.dumps(ranked(asked["prefix"], asked["continuations"])), flush=True)
    else:
        print(json.dumps(written(asked["prefix"], asked["max_tokens"])), flush=True)
