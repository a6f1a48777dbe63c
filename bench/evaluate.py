"""Scores of the runner beside EleutherAI's lm-evaluation-harness: the same checkpoint, prompts and batch budget.

    python bench/evaluate.py [--shape tiny|small|opt-125m] [--examples 32] [--budget 2048] [--kind KIND ...]

The checkpoint has random weights; prompts are 5 demonstrations that a task's examples share and a question, of words
drawn by seed. Kinds: `words` (6 candidates of several tokens), `letters` (4 candidates of one token), `cut` (prompts
longer than the context), `begin` (as `words`, by a tokenizer that puts a token before every text), `text` (greedy text
of 32 tokens), `encoder-decoder` (a T5, as `words`). Both sides are
given loaded models; making tokens of texts counts. The harness gets as many rows a batch as the budget holds of the
longest one. Prints one JSON document, by kind:

difference: the largest of two log-likelihoods. accuracy: ours, theirs as it reports it. differing: predictions that differ;
explained: those of them whose margin is within twice the tolerance. texts_differ: greedy texts that aren't equal.
examples_per_second: ours, theirs; and per second of processor time, which tells more where other work shares the
machine. One thread each.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "server" / "runner"))
HOME = tempfile.TemporaryDirectory(prefix="heldout-evaluate-")
# Read when these libraries are imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.update(
    HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", HF_HOME=HOME.name, TOKENIZERS_PARALLELISM="false", TQDM_DISABLE="1"
)

import torch  # noqa: E402
from lm_eval import evaluator, tasks  # noqa: E402
from lm_eval.models.huggingface import HFLM  # noqa: E402
from transformers import (  # noqa: E402
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForSeq2SeqLM,
    PreTrainedTokenizerFast,
)

from heldout_runner.events import Events  # noqa: E402
from heldout_runner.scoring.evaluate import Scorer  # noqa: E402
from heldout_runner.scoring.job import EvaluateJob, Generate, Rank  # noqa: E402
from heldout_runner.tokens import Encoder  # noqa: E402

TOKENIZER = ROOT / "samples" / "data" / "tokenizer.json"
SEED, SHOTS, WRITTEN, TOLERANCE = 7, 5, 32, 5e-5
KINDS = ("words", "letters", "cut", "begin", "text", "encoder-decoder")
#: Hidden size, layers, heads, vocabulary, positions.
SHAPES = {"tiny": (64, 2, 4, 960, 1024), "small": (384, 6, 6, 8192, 1024), "opt-125m": (768, 12, 12, 50272, 2048)}


def checkpoint(folder: Path, shape: str, kind: str) -> Path:
    encoder_decoder = kind == "encoder-decoder"
    hidden, layers, heads, vocabulary, positions = SHAPES[shape]
    torch.manual_seed(SEED)
    document = json.loads(TOKENIZER.read_text(encoding="utf-8"))
    end = Encoder(str(TOKENIZER)).separator
    document["post_processor"] = None
    if encoder_decoder:
        config = AutoConfig.for_model(
            "t5", vocab_size=vocabulary, d_model=hidden, d_kv=hidden // heads, d_ff=2 * hidden, num_layers=layers,
            num_heads=heads, n_positions=positions, feed_forward_proj="gated-gelu", tie_word_embeddings=False,
            decoder_start_token_id=0, pad_token_id=0, eos_token_id=end, initializer_factor=0.2,
        )  # fmt: skip
        # As T5's: what is encoded ends with the token that ends texts.
        document["post_processor"] = {
            "type": "TemplateProcessing",
            "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {"</s>": {"id": "</s>", "ids": [end], "tokens": ["</s>"]}},
        }
    else:
        config = AutoConfig.for_model(
            "opt", vocab_size=vocabulary, hidden_size=hidden, word_embed_proj_dim=hidden, ffn_dim=4 * hidden,
            num_hidden_layers=layers, num_attention_heads=heads, max_position_embeddings=positions, init_std=0.08,
            pad_token_id=1, bos_token_id=end, eos_token_id=end,
        )  # fmt: skip
        if kind == "begin":
            # As Llama's: every text begins with a token of its own.
            document["post_processor"] = {
                "type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
                "special_tokens": {"<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]}},
            }
    loader = AutoModelForSeq2SeqLM if encoder_decoder else AutoModelForCausalLM
    loader.from_config(config).save_pretrained(folder)
    (folder / "tokenizer.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def examples(kind: str, count: int, encoder: Encoder) -> list[dict[str, Any]]:
    """Two tasks with demonstrations of their own, each example with candidates and the place of the right one."""
    draw = random.Random(f"{SEED}/{kind}")
    words = [word for word in (ROOT / "samples" / "README.md").read_text(encoding="utf-8").split() if word.isalpha()]

    def text(least: int, most: int) -> str:
        return " ".join(draw.choices(words, k=draw.randint(least, most)))

    single = [f" {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if len(encoder.ids([f" {letter}"])[0]) == 1][:4]
    stretch = 8 if kind == "cut" else 1
    shown = [
        "".join(f"{text(10 * stretch, 25 * stretch)}\nAnswer: {text(1, 4)}\n\n" for _ in range(SHOTS)) for _ in range(2)
    ]
    made = []
    for number in range(count):
        task = number % len(shown)
        candidates = single if kind == "letters" else [f" {text(2, 6)}" for _ in range(6)]
        if kind == "encoder-decoder":
            # A decoder begins a text of its own: the harness would give it the space, which T5's tokenizer ignores.
            candidates = [one.strip() for one in candidates]
        question = f"{shown[task]}{text(10, 25)}\nAnswer:"
        made.append({"prefix": question, "choices": candidates, "answer": number % len(candidates), "task": f"{task}"})
    return made


def clocked(run: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it gives, seconds, seconds of processor time."""
    began, busy = time.perf_counter(), time.process_time()
    result = run()
    return result, time.perf_counter() - began, time.process_time() - busy


def harness(kind: str, model: HFLM, docs: list[dict[str, Any]], folder: Path) -> tuple[list[Any], float, float, float]:
    """Its answer to each example, log-likelihoods or a text; seconds, those of processor time; its own score."""
    file = folder / f"{kind}.jsonl"
    file.write_text("".join(json.dumps(doc) + "\n" for doc in docs), encoding="utf-8")
    task: dict[str, Any] = {
        "task": kind.replace("-", "_"),
        "dataset_path": "json",
        "dataset_kwargs": {"data_files": {"test": str(file)}},
        "test_split": "test",
        "num_fewshot": 0,
        "target_delimiter": "",
        "doc_to_text": "prefix",
        "metadata": {"version": 0},
    }
    if kind == "text":
        settings = {"until": ["</s>"], "max_gen_toks": WRITTEN, "do_sample": False}
        task |= {"output_type": "generate_until", "generation_kwargs": settings, "doc_to_target": "{{choices[0]}}"}
        task["metric_list"] = [{"metric": "exact_match"}]
    else:
        task |= {"output_type": "multiple_choice", "doc_to_choice": "choices", "doc_to_target": "answer"}
        task["metric_list"] = [{"metric": "acc"}]
    # What it does around the model (data sets, metrics) is not counted.
    name = "generate_until" if kind == "text" else "loglikelihood"
    answer, times = getattr(model, name), []

    def timed(requests: Any) -> Any:
        found, *time_ = clocked(lambda: answer(requests))
        times.append(time_)
        return found

    setattr(model, name, timed)
    manager = tasks.TaskManager(include_defaults=False)
    results = evaluator.simple_evaluate(
        model, tasks=[task], task_manager=manager, bootstrap_iters=0, log_samples=True
    )
    [(seconds, busy)] = times
    samples = sorted(results["samples"][task["task"]], key=lambda sample: sample["doc_id"])
    score = results["results"][task["task"]]["exact_match,none" if kind == "text" else "acc,none"]
    if kind == "text":
        return [sample["resps"][0][0] for sample in samples], seconds, busy, score
    return [[float(score) for [(score, _)] in sample["resps"]] for sample in samples], seconds, busy, score


def ours(kind: str, scorer: Scorer, docs: list[dict[str, Any]]) -> tuple[list[Any], float, float]:
    requests = [
        Generate(str(number), doc["prefix"], WRITTEN, doc["task"])
        if kind == "text"
        else Rank(str(number), doc["prefix"], tuple(doc["choices"]), doc["task"])
        for number, doc in enumerate(docs)
    ]

    @torch.inference_mode()
    def run() -> dict[str, Any]:
        return {answer["id"]: answer for answers in scorer.answers(requests) for answer in answers}

    answers, seconds, busy = clocked(run)
    key = "text" if kind == "text" else "log_likelihoods"
    return [answers[str(number)][key] for number in range(len(docs))], seconds, busy


def measure(kind: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    path = checkpoint(folder / kind, options.shape, kind)
    length = 256 if kind == "cut" else SHAPES[options.shape][-1]
    job = EvaluateJob(str(path), str(path / "tokenizer.json"), options.budget, "cpu", "fp32", length)
    encoder = Encoder(job.tokenizer)
    docs = examples(kind, options.examples, encoder)
    scorer = Scorer(job, Events(folder / "work.jsonl"), lambda: False)
    longest = min(length, max(len(encoder.ids([doc["prefix"] + max(doc["choices"], key=len)])[0]) for doc in docs))
    longest += WRITTEN if kind == "text" else 0
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=job.tokenizer, eos_token="</s>", pad_token="</s>")
    load = AutoModelForSeq2SeqLM if kind == "encoder-decoder" else AutoModelForCausalLM
    theirs = HFLM(
        load.from_pretrained(path, local_files_only=True).eval(),
        tokenizer=tokenizer,
        backend="seq2seq" if kind == "encoder-decoder" else "causal",
        batch_size=max(1, options.budget // longest),
        max_length=length,
        device="cpu",
        # What its tokenizer puts around a text: nothing, but after an encoded one the token that ends it.
        add_bos_token=None if kind in ("begin", "encoder-decoder") else False,
    )
    found, *our_time = ours(kind, scorer, docs)
    expected, *their_time, score = harness(kind, theirs, docs, folder)
    told = compared_texts(found, expected) if kind == "text" else compared(found, expected, docs, score)
    for name, one, other in zip(("examples_per_second", "per_processor_second"), our_time, their_time):
        told[name] = {"ours": len(docs) / one, "theirs": len(docs) / other, "times": other / one}
    return {"tokens_of_longest": longest, "rows_of_harness": max(1, options.budget // longest), **told}


def compared(
    found: list[list[float]], expected: list[list[float]], docs: list[dict[str, Any]], score: float
) -> dict[str, Any]:
    worst = max(abs(one - other) for mine, other_ in zip(found, expected) for one, other in zip(mine, other_, strict=True))
    predicted = [[max(range(len(scores)), key=scores.__getitem__) for scores in side] for side in (found, expected)]
    differing = [number for number, (one, other) in enumerate(zip(*predicted)) if one != other]
    margins = [sorted(expected[number])[-1] - sorted(expected[number])[-2] for number in differing]
    accuracy = sum(doc["answer"] == place for doc, place in zip(docs, predicted[0])) / len(docs)
    return {
        "difference": worst,
        "tolerance": TOLERANCE,
        "accuracy": {"ours": accuracy, "theirs": score},
        "differing": len(differing),
        "explained": sum(margin <= 2 * TOLERANCE for margin in margins),
    }


def compared_texts(found: list[str], expected: list[str]) -> dict[str, Any]:
    return {"texts": len(found), "texts_differ": sum(one != other for one, other in zip(found, expected, strict=True))}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--shape", choices=SHAPES, default="small")
    parser.add_argument("--examples", type=int, default=32)
    parser.add_argument("--budget", type=int, default=2048)
    parser.add_argument("--kind", choices=KINDS, nargs="+", default=list(KINDS))
    options = parser.parse_args()
    torch.set_num_threads(1)
    folder = Path(HOME.name)
    results = {kind: measure(kind, options, folder) for kind in options.kind}
    settings = {"shape": options.shape, "examples": options.examples, "budget": options.budget, "shots": SHOTS}
    print(json.dumps({**settings, "torch": torch.__version__, "results": results}, indent=1))


if __name__ == "__main__":
    main()
