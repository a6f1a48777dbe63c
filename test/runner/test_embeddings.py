"""A sentence-embedding model exported gives the model's vectors, and its settings stand beside it."""

import json

import numpy
import onnxruntime
import pytest
import torch
from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel

from heldout_runner.export_embeddings import main

SHAPE = {"vocab_size": 60, "max_position_embeddings": 64}
MODELS = {
    "bert": lambda: BertModel(
        BertConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, **SHAPE)
    ),
    "distilbert": lambda: DistilBertModel(DistilBertConfig(dim=32, n_layers=2, n_heads=2, hidden_dim=64, **SHAPE)),
}


def saved(folder, kind):
    torch.manual_seed(7)
    model = MODELS[kind]().eval()
    model.save_pretrained(folder)
    (folder / "tokenizer.json").write_text("{}")
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    return model


@pytest.mark.parametrize("kind", MODELS)
def test_the_graph_gives_the_models_vectors(kind, tmp_path, capsys):
    model = saved(tmp_path / "model", kind)
    out = tmp_path / "made" / "model.onnx"
    assert main([str(tmp_path / "model"), str(out)]) == 0
    assert json.loads(capsys.readouterr().out)["difference"] < 1e-4
    session = onnxruntime.InferenceSession(str(out))
    ids = torch.tensor([[2, 11, 5, 40, 3]])
    given = {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids)}
    names = [each.name for each in session.get_inputs()]
    assert ("token_type_ids" in names) == (kind == "bert")
    (found,) = session.run(["last_hidden_state"], {name: given[name].numpy() for name in names})
    with torch.no_grad():
        expected = model(**{name: given[name] for name in names}).last_hidden_state.numpy()
    assert numpy.abs(found - expected).max() < 1e-5
    made = {path.relative_to(out.parent).as_posix() for path in out.parent.rglob("*") if path.is_file()}
    assert made == {"model.onnx", "tokenizer.json", "1_Pooling/config.json"}


def test_what_is_no_such_model_is_refused_in_one_line(tmp_path, capsys):
    out = str(tmp_path / "model.onnx")
    assert main([str(tmp_path / "nowhere"), out]) == 2
    assert capsys.readouterr().err.strip().endswith("no sentence-embedding model: there is no such folder")
    assert main([str(tmp_path), str(tmp_path / "model.bin")]) == 2
    assert "ends in .onnx" in capsys.readouterr().err
