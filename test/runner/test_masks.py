"""Packing against examples apart, candidates against rows apart, and what leaks must be seen to leak."""

import numpy as np
import pytest
import torch
from jobs import TOKENIZER, lines, opt_config
from transformers import AutoConfig, AutoModelForCausalLM

from heldout_runner.loss import TokenLoss
from heldout_runner.masks import FLEX, SDPA, Layout, attention_mask
from heldout_runner.packing import IDS, POSITIONS, TAKES, Packer, rows_of
from heldout_runner.stream import Example, Place
from heldout_runner.tokens import Encoder

encoder = Encoder(str(TOKENIZER))


def model(attention=SDPA, **values):
    """Random weights large enough that what leaks is seen; in evaluation mode, without dropout."""
    torch.manual_seed(0)
    config = AutoConfig.for_model(**opt_config(init_std=0.2, **values))
    return AutoModelForCausalLM.from_config(config, attn_implementation=attention).eval()


def packed_rows(length=96):
    packer = Packer(length)
    sequences = []
    for line in lines(9, seed=8):
        pieces = tuple((text, bool(loss)) for text, loss in line["pieces"])
        [tokens] = encoder.encode([Example(0, "c/t", line["collection"], pieces, Place())])
        sequences.append(packer.add(tokens))
    closed = [sequence for sequence in [*sequences, packer.close()] if sequence]
    return closed, torch.from_numpy(rows_of(closed, length, encoder.separator, {})).transpose(0, 1)


def apart(net, sequences):
    """The plain reference: each example in a row of its own, no mask, no positions, all logits."""
    losses = []
    for sequence in sequences:
        for document in sequence.documents:
            ids = torch.from_numpy(document.tokens.ids[document.cut :]).long()[None]
            logits = net(input_ids=ids).logits[0, :-1]
            loss = torch.nn.functional.cross_entropy(logits.double(), ids[0, 1:], reduction="none")
            losses.append(loss[torch.from_numpy(document.tokens.loss[document.cut :])[1:]])
    return torch.cat(losses)


def gradients(net, losses):
    net.zero_grad()
    losses.mean().backward()
    return torch.cat([parameter.grad.flatten() for parameter in net.parameters()])


def test_packed_loss_and_gradients_equal_those_of_examples_apart(record_property):
    sequences, rows = packed_rows()
    assert len(sequences) >= 2 and all(len(sequence.documents) >= 2 for sequence in sequences[:-1])
    net, other = model(), model()
    packed, _ = TokenLoss(net, SDPA)(rows)
    reference = apart(other, sequences)
    assert packed.shape == reference.shape
    loss_difference = (packed - reference).abs().max().item()
    ours, theirs = gradients(net, packed), gradients(other, reference)
    gradient_difference = (ours - theirs).abs().max().item()
    print(f"max difference: token loss {loss_difference:.1e}, gradient {gradient_difference:.1e} of {theirs.abs().max():.1e}")
    assert loss_difference < 1e-4
    assert gradient_difference < 1e-5 * max(1.0, theirs.abs().max().item())


def test_position_ids_alone_leak_in_opt():
    """The negative control: what transformers' flattening collator relies on is wrong here by far."""
    sequences, rows = packed_rows()
    net = model()
    with torch.no_grad():
        logits = net(input_ids=rows[IDS].long(), position_ids=rows[POSITIONS].long()).logits
        places = torch.zeros_like(rows[TAKES].bool())
        places[:, :-1] = rows[TAKES].bool()[:, 1:]
        leaking = torch.nn.functional.cross_entropy(logits[places], rows[IDS][rows[TAKES].bool()].long(), reduction="none")
        reference = apart(net, sequences)
        good, _ = TokenLoss(net, SDPA)(rows)
    leak = (leaking - reference).abs().max().item()
    print(f"max difference of the leaking route {leak:.2f}, of ours {(good - reference).abs().max().item():.1e}")
    assert leak > 0.05
    assert leak > 1000 * (good - reference).abs().max().item()


def test_without_masking_examples_are_one_text():
    sequences, rows = packed_rows()
    sequence = sequences[0]
    plain = torch.from_numpy(rows_of([sequence], 96, encoder.separator, {}, masking=False)).transpose(0, 1)
    net = model()
    with torch.no_grad():
        losses, _ = TokenLoss(net, SDPA, masking=False)(plain)
        ids = plain[IDS].long()
        logits = net(input_ids=ids).logits[0, :-1]
        reference = torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="none")[plain[TAKES][0, 1:].bool()]
    assert torch.allclose(losses, reference, atol=1e-5)


@pytest.mark.parametrize("sizes", [[3], [1, 5, 2, 4, 1]])
def test_candidates_as_branches_equal_rows_of_their_own(sizes):
    draw = np.random.default_rng(len(sizes))
    prefix = draw.integers(4, 900, 7)
    candidates = [draw.integers(4, 900, size) for size in sizes]
    layout = Layout.ranked(len(prefix), sizes)
    ids = torch.from_numpy(np.concatenate([prefix, *candidates]))[None]
    trees, branches, positions = (torch.from_numpy(part)[None] for part in (layout.trees, layout.branches, layout.positions))
    net = model()
    with torch.no_grad():
        mask = attention_mask(SDPA, trees, branches)
        tree = net(input_ids=ids, attention_mask=mask, position_ids=positions.long()).logits[0]
        at, difference = len(prefix), 0.0
        for candidate in candidates:
            row = net(input_ids=torch.from_numpy(np.concatenate([prefix, candidate]))[None]).logits[0]
            own = torch.cat([tree[: len(prefix)], tree[at : at + len(candidate)]])
            difference = max(difference, (own - row).abs().max().item())
            at += len(candidate)
    print(f"max difference of logits {difference:.1e}")
    assert difference < 1e-4


@pytest.mark.parametrize("branched", [False, True])
def test_block_masks_have_the_same_rule(branched):
    """The rule that flex attention compiles on a GPU, evaluated here entry by entry."""
    from torch.nn.attention.flex_attention import create_mask

    trees = torch.from_numpy(np.stack([Layout.packed([40, 90, 3], 256).trees, Layout.packed([256], 256).trees]))
    branches = torch.from_numpy(np.stack([Layout.ranked(100, [56, 100]).branches, np.zeros(256, dtype=np.int32)]))
    given = branches if branched else None
    blocks = attention_mask(FLEX, trees, given)
    assert blocks.shape == (2, 1, 256, 256)
    dense = create_mask(blocks.mask_mod, 2, 1, 256, 256, device="cpu")
    assert torch.equal(dense, attention_mask(SDPA, trees, given))


def test_other_attentions_are_refused():
    with pytest.raises(ValueError, match="eager"):
        attention_mask("eager", torch.zeros(1, 4, dtype=torch.int32))
