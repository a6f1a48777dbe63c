"""Greedy text: many prompts side by side against each alone."""

import json

import pytest
import torch
from checkpoints import encoder, evaluate, make_job, opt, ranking, save, t5, writing, written_alone
from transformers import AutoModelForSeq2SeqLM

from heldout_runner.scoring import generation


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return opt(tmp_path_factory.mktemp("opt") / "model", max_position_embeddings=256)


@pytest.mark.parametrize("shots", [0, 5])
@pytest.mark.parametrize("budget", [40, 2048])
def test_side_by_side_equals_alone(checkpoint, tmp_path, shots, budget):
    requests = writing(16, shots)
    requests[3]["max_tokens"] = 3
    answers = evaluate(make_job(tmp_path / "job", checkpoint, requests, batch_tokens=budget))
    for request in requests:
        alone = written_alone(checkpoint, request["prefix"], request["max_tokens"])
        answer = answers[request["id"]]
        assert answer["text"] == encoder.decode(alone)
        assert answer["tokens"] == len(alone)
    assert answers[requests[3]["id"]]["tokens"] == 3


def test_a_text_ends_before_any_token_that_ends_texts(tmp_path):
    """Texts of a batch end at different steps, and none goes on."""
    checkpoint = opt(tmp_path / "model", max_position_embeddings=256)
    requests = writing(24, most=20)
    alone = {one["id"]: written_alone(checkpoint, one["prefix"], 20) for one in requests}

    def lengths(token):
        return {ids.index(token) if token in ids else 20 for ids in alone.values()}

    end = max(range(960), key=lambda token: len(lengths(token)))
    (checkpoint / "generation_config.json").write_text(json.dumps({"eos_token_id": [encoder.separator, end]}))
    answers = evaluate(make_job(tmp_path / "job", checkpoint, requests, batch_tokens=4096))
    for id, ids in alone.items():
        ids = ids[: ids.index(end)] if end in ids else ids
        assert (answers[id]["text"], answers[id]["tokens"]) == (encoder.decode(ids), len(ids))
    print(f"lengths of the texts: {sorted(lengths(end))}")
    assert len(lengths(end)) > 3


def test_padding_that_is_seen_changes_texts(checkpoint, tmp_path, monkeypatch):
    """The negative control: masks that let padding be read."""
    requests = writing(16)
    seen = generation.continuing_mask
    monkeypatch.setattr(generation, "continuing_mask", lambda trees, shared, more: torch.ones_like(seen(trees, shared, more)))
    answers = evaluate(make_job(tmp_path / "job", checkpoint, requests, batch_tokens=2048))
    wrong = sum(answers[one["id"]]["text"] != encoder.decode(written_alone(checkpoint, one["prefix"], 12)) for one in requests)
    assert wrong > 3


def test_a_prompt_leaves_room_for_what_is_written(checkpoint, tmp_path):
    requests = writing(8, 3, most=500)
    answers = evaluate(make_job(tmp_path / "job", checkpoint, requests, length=48))
    for request in requests:
        ids = encoder.ids([request["prefix"]])[0].tolist()
        assert answers[request["id"]]["truncated"] == max(0, len(ids) - 24)
        assert answers[request["id"]]["tokens"] <= 24


def test_models_that_read_no_masks_of_ours_write_the_same(tmp_path):
    config = dict(model_type="bloom", vocab_size=960, hidden_size=32, n_layer=2, n_head=4, initializer_range=0.2, eos_token_id=2)
    checkpoint = save(tmp_path / "model", config)
    requests = writing(10)
    answers = evaluate(make_job(tmp_path / "job", checkpoint, requests))
    for request in requests:
        assert answers[request["id"]]["text"] == encoder.decode(written_alone(checkpoint, request["prefix"], 12))


@pytest.fixture(scope="module")
def encoding(tmp_path_factory):
    return t5(tmp_path_factory.mktemp("t5") / "model")


@torch.no_grad()
def decoded_alone(model, prefix, continuation, length=128):
    source = torch.tensor([encoder.ids([prefix])[0].tolist() + [encoder.separator]])[:, -length:]
    own = torch.from_numpy(encoder.ids([continuation.lstrip()])[0]).long()
    start = torch.cat([torch.zeros(1, dtype=torch.long), own[:-1]])
    logits = model(input_ids=source, decoder_input_ids=start[None], use_cache=False).logits[0].double()
    return logits.log_softmax(1).gather(1, own[:, None]).sum().item()


@pytest.mark.parametrize("budget", [64, 2048])
@pytest.mark.parametrize("length", [None, 20])
def test_an_encoder_and_decoder_ranks_as_one_by_one(encoding, tmp_path, budget, length):
    requests = ranking(12)
    requests.append({**requests[0], "id": "one token each", "continuations": [" a", " the"]})
    requests.append({**requests[0], "id": "nothing", "continuations": [" a", " "]})
    answers = evaluate(make_job(tmp_path / "job", encoding, requests, batch_tokens=budget, length=length))
    assert answers["nothing"]["error"] == 'a candidate has no tokens: " "'
    model = AutoModelForSeq2SeqLM.from_pretrained(encoding, local_files_only=True).eval()
    worst = 0.0
    for request in requests[:-1]:
        answer = answers[request["id"]]
        size = len(encoder.ids([request["prefix"]])[0]) + 1
        assert answer["truncated"] == (max(0, size - length) if length else 0)
        for score, continuation in zip(answer["log_likelihoods"], request["continuations"], strict=True):
            worst = max(worst, abs(score - decoded_alone(model, request["prefix"], continuation, length or 128)))
    print(f"max difference of log-likelihoods {worst:.1e}")
    assert worst < 5e-5


@torch.no_grad()
def test_an_encoder_and_decoder_writes_as_one_by_one(encoding, tmp_path):
    requests = writing(10)
    answers = evaluate(make_job(tmp_path / "job", encoding, requests))
    model = AutoModelForSeq2SeqLM.from_pretrained(encoding, local_files_only=True).eval()
    for request in requests:
        source = torch.tensor([encoder.ids([request["prefix"]])[0].tolist() + [encoder.separator]])
        written = []
        while len(written) < 12:
            logits = model(input_ids=source, decoder_input_ids=torch.tensor([[0, *written]]), use_cache=False).logits
            token = int(logits[0, -1].argmax())
            if token == encoder.separator:
                break
            written.append(token)
        assert answers[request["id"]]["text"] == encoder.decode(written)
