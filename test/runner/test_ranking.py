"""Candidates as branches after a shared beginning, against a row for each; what is cut, and what can't be scored."""

import pytest
import torch
from checkpoints import encoder, evaluate, make_job, one_by_one, opt, ranking, save
from jobs import events

from heldout_runner.scoring import causal
from heldout_runner.scoring.job import Rank
from heldout_runner.scoring.rows import batches, trees_of
from heldout_runner.scoring.sharing import families
from heldout_runner.scoring.texts import Reader


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return opt(tmp_path_factory.mktemp("opt") / "model", max_position_embeddings=256)


def difference(answers, requests, checkpoint, length=10**9):
    """The largest from a row for each candidate; greedy must agree."""
    worst = 0.0
    for request in requests:
        answer = answers[request["id"]]
        for number, continuation in enumerate(request["continuations"]):
            score, greedy = one_by_one(checkpoint, request["prefix"], continuation, length)
            assert answer["greedy"][number] == greedy
            worst = max(worst, abs(answer["log_likelihoods"][number] - score))
    return worst


@pytest.mark.parametrize("shots", [0, 5])
@pytest.mark.parametrize("budget", [64, 2048])
def test_trees_equal_whole_rows_equal_one_by_one(checkpoint, tmp_path, monkeypatch, shots, budget):
    requests = ranking(20, shots)
    trees = evaluate(make_job(tmp_path / "trees", checkpoint, requests, batch_tokens=budget))
    monkeypatch.setattr(causal.Causal, "_reads_trees", lambda self: False)
    rows = evaluate(make_job(tmp_path / "rows", checkpoint, requests, batch_tokens=budget))
    apart = difference(trees, requests, checkpoint)
    between = max(
        abs(one - other)
        for id in trees
        for one, other in zip(trees[id]["log_likelihoods"], rows[id]["log_likelihoods"], strict=True)
    )
    print(f"max difference of log-likelihoods: trees from one by one {apart:.1e}, from whole rows {between:.1e}")
    assert apart < 5e-5 and between < 5e-5
    for request in requests:
        tokens = [len(encoder.ids([request["prefix"] + end])[0]) - len(encoder.ids([request["prefix"]])[0]) for end in request["continuations"]]
        assert trees[request["id"]]["tokens"] == rows[request["id"]]["tokens"] == tokens
        assert trees[request["id"]]["truncated"] == 0


def test_what_the_mask_keeps_apart_leaks_without_it(checkpoint, tmp_path, monkeypatch):
    """The negative control: with a plain causal mask the same rows are wrong by far, and that is noticed."""
    requests = ranking(20, 5)

    def leaking(attention, trees, branches=None, shared=0):
        rows, length = trees.shape
        return torch.ones(rows, 1, length, shared + length, dtype=torch.bool).tril(shared)

    with monkeypatch.context() as patched:
        patched.setattr(causal, "attention_mask", leaking)
        patched.setattr(causal.Causal, "_reads_trees", lambda self: True)
        leaked = difference_of_scores(evaluate(make_job(tmp_path / "leak", checkpoint, requests)), requests, checkpoint)
        patched.undo()
    assert leaked > 0.1
    monkeypatch.setattr(causal, "attention_mask", leaking)
    job = make_job(tmp_path / "noticed", checkpoint, requests)
    noticed = difference(evaluate(job), requests, checkpoint)
    print(f"max difference with leaks {leaked:.1f}; where they are noticed {noticed:.1e}")
    assert noticed < 5e-5
    assert any("a row of its own" in event["text"] for event in events(job, "message"))


def difference_of_scores(answers, requests, checkpoint):
    return max(
        abs(answers[one["id"]]["log_likelihoods"][number] - one_by_one(checkpoint, one["prefix"], end)[0])
        for one in requests
        for number, end in enumerate(one["continuations"])
    )


CONFIGS = {
    "rotary, fewer heads of keys": dict(
        model_type="llama", vocab_size=960, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=256, eos_token_id=2, initializer_range=0.2,
    ),
    "learned positions": dict(model_type="gpt2", vocab_size=960, n_embd=32, n_layer=2, n_head=4, n_positions=256, initializer_range=0.2),
    "a window of 16 tokens": dict(
        model_type="mistral", vocab_size=960, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=256, sliding_window=16, eos_token_id=2, initializer_range=0.2,
    ),
    "distances instead of positions": dict(model_type="bloom", vocab_size=960, hidden_size=32, n_layer=2, n_head=4, initializer_range=0.2),
}


@pytest.mark.parametrize("kind", CONFIGS)
def test_other_kinds_of_models(tmp_path, kind):
    checkpoint = save(tmp_path / "model", CONFIGS[kind])
    requests = ranking(6, 5)
    job = make_job(tmp_path / "job", checkpoint, requests)
    worst = difference(evaluate(job), requests, checkpoint)
    own_rows = bool(events(job, "message"))
    print(f"{kind}: max difference {worst:.1e}{', in rows of their own' if own_rows else ''}")
    assert worst < 5e-5
    assert own_rows == (kind in ("a window of 16 tokens", "distances instead of positions"))


def test_prompts_that_are_too_long_lose_their_left_end(checkpoint, tmp_path):
    requests = ranking(12, 3)
    length = 40
    answers = evaluate(make_job(tmp_path / "job", checkpoint, requests, length=length))
    worst = difference(answers, requests, checkpoint, length)
    print(f"max difference where the left end is cut: {worst:.1e}")
    assert worst < 5e-5
    cut = [answer["truncated"] for answer in answers.values()]
    for request in requests:
        sizes = [len(encoder.ids([request["prefix"] + end])[0]) for end in request["continuations"]]
        assert answers[request["id"]]["truncated"] == max(0, max(sizes) - 1 - length)
    assert sum(number > 0 for number in cut) > 6


def test_what_is_scored_is_never_in_what_is_shared(checkpoint, tmp_path):
    """Texts that begin alike beyond their prefix: single candidates, and prompts cut at the same place."""
    base = ranking(1, 5)[0]
    ends = [f" yes maybe the {word}" for word in ("mill", "gate", "heron", "river")]
    size = max(len(encoder.ids([base["prefix"] + end])[0]) for end in ends)
    single = [{**base, "id": f"single/{number}", "continuations": [end]} for number, end in enumerate(ends * 2)]
    several = [{**base, "id": f"several/{number}", "continuations": ends} for number in range(4)]
    for length in (size, size - 8):
        requests = [*single, *several]
        answers = evaluate(make_job(tmp_path / str(length), checkpoint, requests, length=length))
        worst = difference(answers, requests, checkpoint, length)
        print(f"max difference at {length} tokens: {worst:.1e}")
        assert worst < 5e-5
        assert all((answer["truncated"] > 0) == (length < size) for answer in answers.values())


def test_candidates_that_cant_be_scored_are_errors_of_their_request_alone(checkpoint, tmp_path):
    good = ranking(1)[0]
    requests = [
        {**good, "id": "good"},
        {**good, "id": "nothing", "continuations": [" yes", ""]},
        {**good, "id": "no room", "continuations": [" yes", " yes no" * 40]},
        {**good, "id": "no prefix", "prefix": "", "continuations": ["yes", "no"]},
        {**good, "id": "twice", "continuations": [" yes no", " maybe", " yes no"]},
        {**good, "id": "half a pair", "prefix": "\ud800" + good["prefix"]},
    ]
    answers = evaluate(make_job(tmp_path / "job", checkpoint, requests, length=32))
    assert len(answers["good"]["log_likelihoods"]) == 4
    assert answers["nothing"]["error"] == 'a candidate has no tokens: ""'
    assert "and the context takes 32: there is no room for it" in answers["no room"]["error"]
    first, second, third = answers["twice"]["log_likelihoods"]
    assert first == third != second
    end = "</s>"
    expected = [one_by_one(checkpoint, end, word)[0] for word in ("yes", "no")]
    assert answers["no prefix"]["log_likelihoods"] == pytest.approx(expected, abs=5e-5)
    assert len(answers["half a pair"]["log_likelihoods"]) == 4


def test_what_is_no_number_is_an_error(tmp_path):
    from safetensors.torch import load_file, save_file

    checkpoint = opt(tmp_path / "model")
    weights = load_file(checkpoint / "model.safetensors")
    weights["model.decoder.layers.1.fc1.bias"][0] = float("nan")
    save_file(weights, checkpoint / "model.safetensors", metadata={"format": "pt"})
    answers = evaluate(make_job(tmp_path / "job", checkpoint, ranking(3)))
    assert {answer.get("error") for answer in answers.values()} == {"the model gave a log-likelihood that is no number"}


def test_what_texts_share_is_read_once():
    """Tokens read for 5 shots: fewer by far than the texts have, and all of them where nothing is shared."""
    reader = Reader(encoder, 256, 960)
    requests = [Rank(one["id"], one["prefix"], tuple(one["continuations"]), one["group"]) for one in ranking(40, 5)]
    trees = [tree for place, one in enumerate(reader.candidates(requests)) for tree in trees_of(place, one, True)]
    found = families([tree.common for tree in trees])
    assert sorted(place for family in found for place in family.members) == list(range(40))
    read = sum(
        family.shared + sum(trees[place].size(family.shared) for place in family.members) for family in found
    )
    whole = sum(tree.size(0) for tree in trees)
    rows = sum(len(one.ids) - 1 for each in reader.candidates(requests) for one in each)
    print(f"tokens read: {read}; without what is shared {whole}; a row a candidate {rows}")
    assert [family.shared > 0 for family in found] == [True, True]
    assert read < 0.4 * whole < 0.2 * rows
    for family in found:
        for batch in batches([trees[place] for place in family.members], family.shared, 512):
            assert batch.ids.size <= 512
            padding = (batch.trees < 0).sum()
            assert padding + sum(tree.size(family.shared) for tree, _, _ in batch.held) == batch.ids.size


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], []),
        ([[1, 2, 3]], [((0,), 0)]),
        ([[7] * 200 + [1], [8] * 50, [7] * 200 + [2], [7] * 200 + [1, 3]], [((0, 3, 2), 200), ((1,), 0)]),
        ([[7] * 300] * 3, [((0, 1, 2), 299)]),
        ([[7] * 300 + [number] + [9] * 400 + [one] for number in (1, 2) for one in (1, 2)], [((0, 1), 701), ((2, 3), 701)]),
    ],
)
def test_families_save_most_tokens(texts, expected):
    import numpy as np

    found = families([np.array(text, dtype=np.int32) for text in texts])
    assert [(family.members, family.shared) for family in found] == expected


def test_half_precision_follows_the_full_one(checkpoint, tmp_path):
    requests = ranking(6)
    full = evaluate(make_job(tmp_path / "full", checkpoint, requests))
    half = evaluate(make_job(tmp_path / "half", checkpoint, requests, precision="bf16"))
    pairs = [(one, other) for id in full for one, other in zip(full[id]["log_likelihoods"], half[id]["log_likelihoods"])]
    worst = max(abs(one / other - 1) for one, other in pairs)
    assert 0 < worst < 0.05
