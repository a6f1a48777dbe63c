"""Tokens, loss marks and packing: the rules of server/mixture/packing.ts."""

import random

import numpy as np
from jobs import TOKENIZER

from heldout_runner.packing import IDS, POSITIONS, TAKES, TREES, Packer, rows_of
from heldout_runner.stream import Example, Place
from heldout_runner.tokens import Encoder, Tokens

encoder = Encoder(str(TOKENIZER))


def example(*pieces):
    return Example(0, "c/t", "c", tuple((text, bool(loss)) for text, loss in pieces), Place())


def tokens_of(count):
    """Tokens of an example of `count` tokens without its separator."""
    return Tokens(example(), np.arange(count + 1, dtype=np.int32), np.ones(count + 1, dtype=bool))


def packed(counts, length):
    packer = Packer(length)
    sequences = [packer.add(tokens_of(count)) for count in counts] + [packer.close()]
    return [sequence for sequence in sequences if sequence]


def shape(sequence):
    return [(document.start, document.size, document.cut) for document in sequence.documents], sequence.padding


def encode(*pieces):
    [tokens] = encoder.encode([example(*pieces)])
    words = [encoder._tokenizer.id_to_token(int(token)) for token in tokens.ids]
    return words, [word for word, loss in zip(words, tokens.loss) if loss], tokens


def test_examples_stay_whole_and_in_order_and_the_rest_is_padded():
    assert [shape(sequence) for sequence in packed([3, 4, 2, 7], 10)] == [
        ([(0, 4, 0), (4, 5, 0)], 1),
        ([(0, 3, 0)], 7),
        ([(0, 8, 0)], 2),
    ]


def test_what_is_longer_than_a_sequence_loses_its_left_end():
    assert [shape(sequence) for sequence in packed([25, 9], 10)] == [([(0, 10, 16)], 0), ([(0, 10, 0)], 0)]
    [sequence, _] = packed([25, 9], 10)
    rows = rows_of([sequence], 10, 0, {})
    assert rows[0, IDS].tolist() == list(range(16, 26)), "the target's end is kept"


def test_no_token_is_lost_but_those_cut():
    draw = random.Random(5)
    for _ in range(200):
        length = draw.randint(2, 40)
        counts = [draw.randint(0, 60) for _ in range(draw.randint(0, 40))]
        sequences = packed(counts, length)
        documents = [document for sequence in sequences for document in sequence.documents]
        assert [document.size + document.cut for document in documents] == [count + 1 for count in counts]
        for sequence, following in zip(sequences, [*sequences[1:], None]):
            assert sum(document.size for document in sequence.documents) + sequence.padding == length
            assert following is None or following.documents[0].size > sequence.padding


def test_only_the_target_and_the_separator_after_it_take_loss():
    words, lost, _ = encode(("Is the mill open?\nAnswer:", 0), (" no", 1))
    assert words[-1] == "</s>"
    assert lost == [words[-2], "</s>"]


def test_a_token_takes_loss_when_any_part_of_it_lies_in_the_target():
    text = "Is the mill open?"
    whole = encoder._tokenizer.encode(text, add_special_tokens=False)
    token = next(at for at, (start, end) in enumerate(whole.offsets) if at > 0 and end - start >= 2)
    inside = whole.offsets[token][1] - 1
    words, lost, _ = encode((text[:inside], 0), (text[inside:], 1))
    assert lost == words[token:]


def test_white_space_at_the_end_of_a_target_takes_loss():
    _, lost, tokens = encode(("Say:", 0), (" yes\n\n\n", 1))
    assert tokens.loss[-2], "offsets that were trimmed would lose the last token"
    assert lost[-1] == "</s>"


def test_suffix_loss_of_metaicl_has_several_pieces():
    words, lost, tokens = encode(
        ("one mill\nAnswer:", 0), (" yes", 1), ("\n\n\ntwo mills\nAnswer:", 0), (" no", 1), ("\n\n\nthree\nAnswer: yes", 1)
    )
    runs = np.flatnonzero(np.diff(np.concatenate([[0], tokens.loss.astype(int), [0]])) == 1)
    assert len(runs) == 2
    assert lost[-1] == "</s>" and words[0] not in lost


def test_a_text_without_loss_at_its_end_has_none_on_its_separator():
    _, lost, _ = encode(("yes", 1), (" and so on", 0))
    assert "</s>" not in lost


def test_whole_texts_take_loss_everywhere_but_on_their_first_token():
    [tokens] = encoder.encode([example(("the heron walks past the mill", 1))])
    assert tokens.loss.all()
    packer = Packer(40)
    packer.add(tokens)
    packer.add(tokens)
    rows = rows_of([packer.close()], 40, encoder.separator, {})[0]
    size = len(tokens.ids)
    assert rows[TAKES].tolist() == ([0] + [1] * (size - 1)) * 2 + [0] * (40 - 2 * size)
    assert rows[POSITIONS].tolist() == [*range(size), *range(size), *range(40 - 2 * size)]
    assert np.unique(rows[TREES]).tolist() == [0, 1, 2]
