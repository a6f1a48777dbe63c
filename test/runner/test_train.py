"""The loop: its numbers against a plain reference, and the same numbers however the work is divided."""

import json

import pytest
import torch
import torch.distributed.checkpoint as dcp
from jobs import LEVELS, curve, events, lines, make_job, opt_config, train_job, write_lines
from torch.distributed.checkpoint.metadata import TensorStorageMetadata
from transformers import AutoModelForCausalLM, AutoTokenizer

from heldout_runner.masks import SDPA
from heldout_runner.model import model_config
from heldout_runner.packing import Packer
from heldout_runner.run import read_run
from heldout_runner.schedule import learning_rate
from heldout_runner.stream import StreamReader, read_lines
from heldout_runner.tokens import Encoder


def differences(one, other):
    """The largest, over all steps, of the loss and, relative, of the gradient norm."""
    assert one.keys() == other.keys() and one
    pairs = [(one[step], other[step]) for step in one]
    return max(abs(a[0] - b[0]) for a, b in pairs), max(abs(a[1] / b[1] - 1) for a, b in pairs)


def plain_training(job):
    """The reference: one example at a time, full logits, torch's own Adam and clipping; no packing, no sharding."""
    run = read_run(job / "run.json")
    torch.manual_seed(run.seed)
    model = AutoModelForCausalLM.from_config(model_config(run), attn_implementation=SDPA).train()
    options = run.optimizer
    adam = torch.optim.AdamW(model.parameters(), betas=options.betas, eps=options.eps, weight_decay=options.weight_decay)
    encoder, packer, sequences = Encoder(run.tokenizer), Packer(run.length), []
    for chunk in StreamReader(job / "stream").chunks(64):
        sequences += [closed for tokens in encoder.encode(chunk) if (closed := packer.add(tokens))]
    results = {}
    for step in range(1, run.steps + 1):
        total, targets = torch.zeros(()), 0
        for sequence in sequences[(step - 1) * run.batch : step * run.batch]:
            for document in sequence.documents:
                ids = torch.from_numpy(document.tokens.ids[document.cut :]).long()
                logits = model(input_ids=ids[None]).logits[0, :-1]
                own = torch.from_numpy(document.tokens.loss[document.cut :])[1:]
                total = total + torch.nn.functional.cross_entropy(logits, ids[1:], reduction="none")[own].sum()
                targets += int(own.sum())
        loss = total / targets
        adam.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), options.clip)
        rate = learning_rate(step, options.learning_rate, options.warmup, run.steps)
        for group in adam.param_groups:
            group["lr"] = rate
        adam.step()
        results[step] = (loss.item(), norm.item(), rate, targets)
    return results


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A run of one process, without dropout, whose draws depend on how the work is divided."""
    job = make_job(tmp_path_factory.mktemp("alone") / "job", dropout=0.0, held_out=True, validation={"every": 3, "examples": 12})
    train_job(job)
    return job


def test_the_loop_equals_a_plain_reference(alone):
    reference = plain_training(alone)
    loss, norm = differences(curve(alone), reference)
    print(f"max difference over 6 steps: loss {loss:.1e}, gradient norm {norm:.1e}")
    assert loss < 1e-5 and norm < 1e-4
    for event in events(alone, "step"):
        assert event["lr"] == reference[event["step"]][2]
        assert event["target_tokens"] == reference[event["step"]][3]
        assert event["target_tokens"] < event["tokens"] <= 4 * 64
        by_collection = event["collections"].values()
        assert sum(part["tokens"] for part in by_collection) == event["target_tokens"]
        assert sum(part["loss"] for part in by_collection) / event["target_tokens"] == pytest.approx(event["loss"])


@pytest.mark.parametrize(
    ("what", "size", "values"),
    [
        ("two processes", 2, {}),
        ("tensor parallel", 2, {"tensor_parallel": 2}),
        ("one sequence at a time", 1, {"micro_batch": 1}),
        ("gradient checkpointing", 1, {"gradient_checkpointing": True}),
    ],
)
def test_division_changes_no_number(alone, tmp_path, what, size, values):
    job = make_job(tmp_path / "job", dropout=0.0, **values)
    train_job(job, size)
    assert events(job, "started")[0]["world"] == size
    loss, norm = differences(curve(job), curve(alone))
    print(f"{what}: max difference of loss {loss:.1e}, of gradient norm {norm:.1e}")
    assert loss < 1e-5 and norm < 1e-4


def test_gradient_checkpointing_repeats_the_draws_of_dropout(tmp_path):
    jobs = [make_job(tmp_path / str(on), dropout=0.3, gradient_checkpointing=on, steps=3) for on in (False, True)]
    for job in jobs:
        train_job(job)
    loss, norm = differences(*(curve(job) for job in jobs))
    assert loss < 1e-6 and norm < 1e-5


def test_validation_is_by_level_and_the_final_weights_give_its_last_losses(tmp_path):
    job = make_job(tmp_path / "job", validation={"every": 4, "examples": 12}, gradient_checkpointing=True)

    for seed, level in enumerate(LEVELS[:2]):
        write_lines(job / "stream" / "validation" / f"{level}.jsonl", lines(12, seed=100 + seed))
    (job / "stream" / "validation" / f"{LEVELS[2]}.jsonl").write_text("")
    train_job(job)
    validations = events(job, "validation")
    assert [event["step"] for event in validations] == [0, 4, 6]
    assert [list(event["levels"]) for event in validations] == [list(LEVELS[:2])] * 3, "an empty level is left out"
    final = AutoModelForCausalLM.from_pretrained(job / "final", local_files_only=True)
    tokenizer = AutoTokenizer.from_pretrained(job / "final", local_files_only=True)
    assert tokenizer.eos_token == "</s>"

    encoder = Encoder(str(job / "final"))
    for level, told in validations[-1]["levels"].items():
        total, count = 0.0, 0
        for tokens in encoder.encode(read_lines(job / "stream" / "validation" / f"{level}.jsonl")):
            ids = torch.from_numpy(tokens.ids).long()
            with torch.no_grad():
                losses = torch.nn.functional.cross_entropy(final(ids[None]).logits[0, :-1], ids[1:], reduction="none")
            own = torch.from_numpy(tokens.loss)[1:]
            total, count = total + losses[own].sum().item(), count + int(own.sum())
        assert told["tokens"] == count
        assert told["loss"] == pytest.approx(total / count, abs=1e-5)
    done = events(job)[-1]
    assert (done["event"], done["step"], done["path"]) == ("done", 6, "final")


def test_lora_trains_adapters_alone_and_merges_them_at_the_end(tmp_path):
    base = make_job(tmp_path / "base", steps=1)
    train_job(base)
    lora = {"rank": 4, "alpha": 8, "dropout": 0.0, "targets": ["q_proj", "v_proj"]}
    job = make_job(
        tmp_path / "job",
        model={"folder": str(base / "final")},
        lora=lora,
        steps=4,
        checkpoint={"every": 2, "keep": 1},
        gradient_checkpointing=True,
    )
    train_job(job)
    before, after = (
        AutoModelForCausalLM.from_pretrained(folder / "final", local_files_only=True).state_dict() for folder in (base, job)
    )
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {name for name in before if name.endswith(("q_proj.weight", "v_proj.weight"))}
    assert (job / "final" / "adapter" / "adapter_model.safetensors").is_file()
    saved = sum(file.stat().st_size for file in (job / "checkpoints" / "step-00000004").glob("*.distcp"))
    assert saved < (base / "final" / "model.safetensors").stat().st_size, "frozen weights are not in the checkpoint"


def test_16_bit_weights_of_a_folder_are_read_alike_by_one_process_and_two(tmp_path):
    base = make_job(tmp_path / "base", steps=1, precision="bf16")
    train_job(base)
    values = {"model": {"folder": str(base / "final")}, "steps": 2, "dropout": 0.0}
    one, two = (make_job(tmp_path / name, **values) for name in ("one", "two"))
    train_job(one)
    train_job(two, 2)
    loss, norm = differences(curve(two), curve(one))
    assert loss < 1e-5 and norm < 1e-4


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_mixed_precision_keeps_32_bits_and_follows_the_full_one(alone, tmp_path, precision):
    job = make_job(tmp_path / "job", dropout=0.0, precision=precision)
    train_job(job)
    loss, _ = differences(curve(job), curve(alone))
    assert 0 < loss < 0.05
    weights = AutoModelForCausalLM.from_pretrained(job / "final", local_files_only=True, dtype="auto")
    assert weights.dtype == {"bf16": torch.bfloat16, "fp16": torch.float16}[precision]

    metadata = dcp.FileSystemReader(job / "checkpoints" / "step-00000006").read_metadata().state_dict_metadata
    stored = {value.properties.dtype for value in metadata.values() if isinstance(value, TensorStorageMetadata)}
    assert stored == {torch.float32}


def test_a_run_says_what_it_left_unset(tmp_path):
    job = make_job(tmp_path / "job", dropout=None, model={"config": opt_config(dropout=0.25)})
    assert model_config(read_run(job / "run.json")).dropout == 0.25
    (job / "run.json").write_text(json.dumps({**json.loads((job / "run.json").read_text()), "dropout": 0.0}))
    assert model_config(read_run(job / "run.json")).dropout == 0.0
