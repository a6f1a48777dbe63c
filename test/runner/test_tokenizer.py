"""What stands before a text: the tokenizer's own tokens for a model from elsewhere, nothing for one trained here."""

import json
from types import SimpleNamespace

import pytest
from heldout_runner.model import copy_tokenizer
from heldout_runner.scoring.job import Rank
from heldout_runner.scoring.texts import Reader
from heldout_runner.tokens import Encoder
from jobs import TOKENIZER
from transformers import AutoTokenizer

BEGIN = 0


def written(folder, settings=None):
    document = json.loads(TOKENIZER.read_text())
    document["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [BEGIN], "tokens": ["<s>"]}},
    }
    folder.mkdir()
    (folder / "tokenizer.json").write_text(json.dumps(document))
    if settings is not None:
        (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    return folder


def test_candidates_stand_after_the_tokenizers_own_tokens(tmp_path):
    encoder = Encoder(str(written(tmp_path / "own")))
    assert encoder.leading == [BEGIN]
    requests = [Rank("a", "The well", (" dry",)), Rank("b", "", (" dry",)), Rank("c", "<s>The well", (" dry",))]
    [[one], [empty], [said]] = Reader(encoder, 64, 960).candidates(requests)
    plain = encoder.ids(["The well dry", " dry"])
    assert one.ids.tolist() == [BEGIN, *plain[0]] == said.ids.tolist()
    assert one.start == said.start == 1 + len(encoder.ids(["The well"])[0])
    assert (empty.ids.tolist(), empty.start) == ([BEGIN, *plain[1]], 1)
    [[bare], [end], _] = Reader(encoder, 64, 960, special_tokens=False).candidates(requests)
    assert bare.ids.tolist() == plain[0].tolist()
    assert end.ids.tolist() == [encoder.separator, *plain[1]]


@pytest.mark.parametrize("settings", [None, {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "</s>", "add_bos_token": True}])
def test_final_weights_get_a_tokenizer_that_puts_nothing_around_a_text(tmp_path, settings):
    source = written(tmp_path / "own", settings)
    out = tmp_path / "final"
    out.mkdir()
    copy_tokenizer(SimpleNamespace(tokenizer=str(source / "tokenizer.json")), out)
    encoder = Encoder(str(out))
    assert encoder.leading == []
    assert AutoTokenizer.from_pretrained(out, local_files_only=True)("The well")["input_ids"] == encoder.ids(["The well"])[0].tolist()
