"""Training speed: the runner beside transformers' Trainer and TRL's SFTTrainer, on the same examples.

    python bench/runner.py --side runner|unmasked|trainer|trl [--shape tiny|opt-1.3b] [--steps 12] [--peak TFLOPS]

One side a process; `bench/runner.ts` runs them in turn. The examples are words drawn by seed, a few long and most
short, a fifth of their tokens the target; each side packs them into sequences of one length and takes the loss of
targets only. `runner` is a job as the editor starts it; `unmasked` the same without document masks; `trainer` gets
the sequences that the runner packs, without masks (it has no way to mask them in OPT); `trl` packs by itself, cutting
examples at the borders of sequences. Prints one JSON document:

tokens_per_second: tokens without padding, from the end of the second step to the end of the last one;
tokens_per_processor_second tells more on a CPU that other work shares.
mfu: of `--peak` or what the GPU is known for: 6 operations a token and weight of the blocks, 6 a target token and
weight of the output layer, and causal attention within each example; what is not needed (padding, other logits,
masked attention, recomputing) is not counted. Theirs is reckoned with the same operations a token.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "server" / "runner"))
# On a CPU: one thread, so that processor time is not spent on waiting for other threads. Read when torch is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
TOKENIZER = ROOT / "samples" / "data" / "tokenizer.json"
SEED = 7

#: Model, tokens of a sequence, sequences a step and at once, precision.
SHAPES: dict[str, dict[str, Any]] = {
    "tiny": dict(hidden=192, ffn=768, layers=4, heads=6, vocab=8192, length=512, batch=4, micro=2, precision="fp32"),
    "opt-1.3b": dict(
        hidden=2048, ffn=8192, layers=24, heads=32, vocab=50272, length=2048, batch=32, micro=8, precision="bf16"
    ),
}
#: Dense 16-bit operations a second, in 1e12, as the maker gives them.
PEAKS = {"H100": 989.0, "H200": 989.0, "A100": 312.0, "L40S": 362.0}


def model_config(shape: dict[str, Any]) -> dict[str, Any]:
    return dict(
        model_type="opt",
        vocab_size=shape["vocab"],
        hidden_size=shape["hidden"],
        word_embed_proj_dim=shape["hidden"],
        ffn_dim=shape["ffn"],
        num_hidden_layers=shape["layers"],
        num_attention_heads=shape["heads"],
        max_position_embeddings=shape["length"],
        dropout=0.1,
    )


def examples(tokens: int) -> list[tuple[str, str]]:
    """Source and target of as many examples as hold at least so many tokens by a coarse count."""
    draw = random.Random(SEED)
    words = (ROOT / "samples" / "README.md").read_text(encoding="utf-8").split()
    made, held = [], 0
    while held < tokens:
        length = min(int(draw.lognormvariate(4.2, 0.9)) + 8, 900)
        target = max(1, int(length * draw.uniform(0.02, 0.4)))
        source = " ".join(draw.choices(words, k=length - target)) + "\nAnswer:"
        made.append((source, " " + " ".join(draw.choices(words, k=target))))
        held += length
    return made


def write_job(folder: Path, shape: dict[str, Any], steps: int, masking: bool, compiled: bool) -> None:
    run = dict(
        version=1,
        name="bench",
        seed=SEED,
        model={"config": model_config(shape)},
        tokenizer=str(TOKENIZER),
        steps=steps,
        batch=shape["batch"],
        micro_batch=shape["micro"],
        length=shape["length"],
        optimizer=dict(learning_rate=1e-4),
        dropout=0.1,
        precision=shape["precision"],
        gradient_checkpointing=False,
        tensor_parallel=1,
        device="auto",
        lora=None,
        checkpoint={"every": 10**9, "keep": 1},
        validation={"every": 0, "examples": 0},
        masking=masking,
        compile=compiled,
    )
    (folder / "stream").mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(run))
    lines = [
        json.dumps(dict(index=index, task="c/t", collection="c", pieces=[[source, 0], [target, 1]]))
        for index, (source, target) in enumerate(examples((steps + 1) * shape["batch"] * shape["length"]))
    ]
    (folder / "stream" / "part-00000.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "stream" / "end.json").write_text(json.dumps({"parts": 1, "examples": len(lines)}))


def packed(folder: Path, shape: dict[str, Any], steps: int) -> list[Any]:
    """The sequences that the runner makes of the same stream."""
    from heldout_runner.packing import Packer
    from heldout_runner.stream import StreamReader
    from heldout_runner.tokens import Encoder

    encoder, packer, made = Encoder(str(TOKENIZER)), Packer(shape["length"]), []
    for chunk in StreamReader(folder / "stream").chunks(512):
        made += [closed for tokens in encoder.encode(chunk) if (closed := packer.add(tokens))]
    return made[: steps * shape["batch"]]


def operations(sequences: list[Any], shape: dict[str, Any]) -> float:
    """Of training on these sequences, forward and backward; see the head of this file."""
    blocks = shape["layers"] * (4 * shape["hidden"] ** 2 + 2 * shape["hidden"] * shape["ffn"])
    total = 0.0
    for sequence in sequences:
        for document in sequence.documents:
            targets = int(document.tokens.loss[document.cut :][1:].sum())
            total += 6 * blocks * document.size + 6 * shape["vocab"] * shape["hidden"] * targets
            total += 6 * shape["layers"] * shape["hidden"] * document.size**2
    return total


class Clock:
    """What the clock and this process's processor time say at the end of each step, both in seconds."""

    def __init__(self) -> None:
        self.ends: list[tuple[float, float]] = []

    def tick(self) -> None:
        import torch

        if torch.cuda.is_available():
            torch.cuda.synchronize()
        self.ends.append((time.perf_counter(), time.process_time()))


def run_runner(folder: Path, shape: dict[str, Any], steps: int, clock: Clock) -> None:
    """The job as the editor starts it, but in this process."""
    from heldout_runner import train
    from heldout_runner.process import StopSignal

    take_step = train.Trainer._take_step

    def timed(trainer: Any, *arguments: Any) -> bool:
        stopping = take_step(trainer, *arguments)
        clock.tick()
        return stopping

    train.Trainer._take_step = timed
    if train.train(folder, StopSignal()) != 0:
        raise SystemExit("the job failed")


def trainer_model(shape: dict[str, Any]) -> Any:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(SEED)
    return AutoModelForCausalLM.from_config(AutoConfig.for_model(**model_config(shape)), attn_implementation="sdpa")


def trainer_options(folder: Path, shape: dict[str, Any], steps: int) -> dict[str, Any]:
    """The same training, in their words."""
    import torch

    return dict(
        output_dir=str(folder / "theirs"),
        max_steps=steps,
        per_device_train_batch_size=shape["micro"],
        gradient_accumulation_steps=shape["batch"] // shape["micro"],
        learning_rate=1e-4,
        adam_beta2=0.95,
        weight_decay=0.1,
        max_grad_norm=1.0,
        warmup_steps=60,
        bf16=shape["precision"] == "bf16",
        gradient_checkpointing=False,
        save_strategy="no",
        report_to=[],
        logging_steps=1,
        disable_tqdm=True,
        use_cpu=not torch.cuda.is_available(),
        optim="adamw_torch_fused" if torch.cuda.is_available() else "adamw_torch",
        torch_compile=shape.get("compiled", False),
    )


def ticking(clock: Clock) -> Any:
    from transformers import TrainerCallback

    class AtStepEnd(TrainerCallback):
        def on_step_end(self, *arguments: Any, **named: Any) -> None:
            clock.tick()

    return AtStepEnd()


def run_trainer(folder: Path, shape: dict[str, Any], steps: int, clock: Clock) -> None:
    import torch
    from heldout_runner.packing import IDS, POSITIONS, TAKES, rows_of
    from transformers import Trainer, TrainingArguments

    sequences = packed(folder, shape, steps)
    rows = torch.from_numpy(rows_of(sequences, shape["length"], 1, {})).long()
    data = [
        {"input_ids": row[IDS], "position_ids": row[POSITIONS], "labels": row[IDS].masked_fill(row[TAKES] == 0, -100)}
        for row in rows
    ]
    options = TrainingArguments(**trainer_options(folder, shape, steps))
    Trainer(trainer_model(shape), options, train_dataset=data, callbacks=[ticking(clock)]).train()


def run_trl(folder: Path, shape: dict[str, Any], steps: int, clock: Clock) -> None:
    from datasets import Dataset
    from transformers import PreTrainedTokenizerFast
    from trl import SFTConfig, SFTTrainer

    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(TOKENIZER), eos_token="</s>", pad_token="<pad>")
    pairs = examples((steps + 1) * shape["batch"] * shape["length"])
    data = Dataset.from_list([{"prompt": source, "completion": target} for source, target in pairs])
    options = SFTConfig(
        **trainer_options(folder, shape, steps),
        packing=True,
        packing_strategy="wrapped",
        max_length=shape["length"],
        completion_only_loss=True,
    )
    trainer = SFTTrainer(
        trainer_model(shape), args=options, train_dataset=data, processing_class=tokenizer, callbacks=[ticking(clock)]
    )
    trainer.train()


def peak_of_device(given: float | None) -> float | None:
    import torch

    if given:
        return given * 1e12
    name = torch.cuda.get_device_name() if torch.cuda.is_available() else ""
    return next((peak * 1e12 for part, peak in PEAKS.items() if part in name), None)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--side", choices=["runner", "unmasked", "trainer", "trl"], required=True)
    parser.add_argument("--shape", choices=list(SHAPES), default="tiny")
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--micro", type=int, help="sequences at once")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--peak", type=float, help="operations a second of the device, in 1e12")
    options = parser.parse_args()
    if options.steps < 3:
        parser.error("--steps: 3 at least, the first two warm up")
    shape = {**SHAPES[options.shape], "compiled": options.compile}
    shape["micro"] = options.micro or shape["micro"]
    folder = Path(tempfile.mkdtemp(prefix="heldout-bench-")) / "job"
    try:
        write_job(folder, shape, options.steps, options.side != "unmasked", options.compile)
        sequences = packed(folder, shape, options.steps)
        clock = Clock()
        sides = {"trainer": run_trainer, "trl": run_trl}
        with contextlib.redirect_stdout(sys.stderr):
            sides.get(options.side, run_runner)(folder, shape, options.steps, clock)
        peak = peak_of_device(options.peak)
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)
    held = sum(document.size for sequence in sequences for document in sequence.documents)
    # TRL fills its sequences to the last place.
    per_step = shape["batch"] * shape["length"] if options.side == "trl" else held / options.steps
    # The first two steps warm up: memory, kernels, compilation.
    steps = len(clock.ends) - 2
    seconds, processor = (clock.ends[-1][which] - clock.ends[1][which] for which in (0, 1))
    speed = per_step * steps / seconds
    print(
        json.dumps(
            {
                "side": options.side,
                "shape": options.shape,
                "steps": steps,
                "tokens_per_second": speed,
                "tokens_per_processor_second": per_step * steps / processor,
                "step_seconds": seconds / steps,
                "mfu": speed * operations(sequences, shape) / held / peak if peak else None,
            }
        )
    )


if __name__ == "__main__":
    main()
