"""The scoring graph that export_onnx writes: a causal language model with its mask, its cache and its scores inside.

A place attends to the columns up to its own that lie in segment 1 or in its own segment. Columns are those of the
cache, then the places themselves. Segment 0 is padding; 1 what a row's branches have in common, which for a model that
only writes is what an attention mask says; every greater number is one branch.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from onnxscript import opset18 as op
from onnxscript.function_libs.torch_lib.ops.nn import aten_scaled_dot_product_attention
from torch import nn
from transformers.cache_utils import Cache, DynamicLayer

INPUTS = ["input_ids", "attention_mask", "position_ids", "pick", "target"]
OUTPUTS = ["log_probability", "most_likely"]
#: Tokens that are in the cache of examples.
READ = 6


class ReadLayer(DynamicLayer):
    """A layer that begins with what was read before, and remembers what it was given since."""

    def __init__(self, keys: torch.Tensor, values: torch.Tensor) -> None:
        super().__init__()
        self.keys, self.values, self.dtype, self.device = keys, values, keys.dtype, keys.device
        self.is_initialized = True
        self.new: tuple[torch.Tensor, torch.Tensor] | None = None

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        self.new = key_states, value_states
        return super().update(key_states, value_states)


def cache_of(past: list[torch.Tensor]) -> Cache:
    """Keys and values in turn, layer by layer."""
    return Cache(layers=[ReadLayer(*pair) for pair in zip(past[::2], past[1::2], strict=True)])


class ScoringGraph(nn.Module):
    """Only places that were picked meet the output layer."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.body = model.base_model
        self.head = model.get_output_embeddings()

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        position_ids: torch.Tensor,
        pick: torch.Tensor,
        target: torch.Tensor,
        past: list[torch.Tensor],
    ) -> tuple[torch.Tensor, ...]:
        columns = torch.arange(attention_mask.shape[1], device=input_ids.device)
        # Not a slice: the exporter can't tell how long that would be.
        places = torch.arange(input_ids.shape[1], device=input_ids.device) + past[0].shape[2]
        own = attention_mask.index_select(1, places)[:, :, None] == attention_mask[:, None, :]
        common = attention_mask[:, None, :] == 1
        # Padding attends to itself: a place without any would make NaN.
        itself = places[:, None] == columns[None, :]
        allowed = ((places[:, None] >= columns[None, :]) & (own | common)) | itself
        dtype = next(self.body.parameters()).dtype
        zero = torch.zeros((), dtype=dtype)
        closed = torch.full((), torch.finfo(dtype).min, dtype=dtype)
        cache = cache_of(past)
        hidden = self.body(
            input_ids=input_ids,
            attention_mask=torch.where(allowed, zero, closed)[:, None],
            position_ids=position_ids,
            past_key_values=cache,
            use_cache=True,
            return_dict=True,
        ).last_hidden_state
        logits = self.head(hidden.flatten(0, 1).index_select(0, pick)).float()
        scores = logits.log_softmax(dim=-1).gather(1, target[:, None]).squeeze(1)
        present = [each for layer in cache.layers for each in (layer.keys, layer.values)]
        new = [each for layer in cache.layers for each in layer.new]
        return scores, logits.argmax(dim=-1), *present, *new


def attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Any:
    """The library's own copies and scales all keys, at each step those of the whole cache."""
    if attn_mask is None or is_causal or dropout_p or enable_gqa or scale is None or attn_mask.dtype != query.dtype:
        return aten_scaled_dot_product_attention(
            query, key, value, attn_mask, dropout_p, is_causal, scale=scale, enable_gqa=enable_gqa
        )
    scaled = op.Mul(query, op.CastLike(scale, query))
    weights = op.Softmax(op.Add(op.MatMul(scaled, op.Transpose(key, perm=[0, 1, 3, 2])), attn_mask), axis=-1)
    return op.MatMul(weights, value)


def names_of(model: nn.Module, kind: str) -> list[str]:
    """As Optimum calls them, layer by layer."""
    layers = model.config.get_text_config().num_hidden_layers
    return [f"{kind}.{layer}.{part}" for layer in range(layers) for part in ("key", "value")]


def examples(model: nn.Module, length: int, seed: int) -> tuple[Any, ...]:
    """Two rows that begin with tokens of the cache, then a common part with two branches, the second one padded; one
    column of the cache is padding, every place is picked."""
    generator = torch.Generator().manual_seed(seed)
    common, branch = max(2, min(length - READ - 4, 9)), 3
    places = common + 2 * branch
    ids = torch.randint(0, model.config.vocab_size, (2, READ + places), generator=generator)
    ends = [*range(READ + common, READ + common + branch)]
    positions = torch.tensor([*range(READ, READ + common), *ends, *ends])
    segments = torch.tensor([1] * READ + [0] + [1] * common + [2] * branch + [3] * branch).repeat(2, 1)
    segments[1, -branch:] = 0
    pick = torch.arange(2 * places)
    target = torch.randint(0, model.config.vocab_size, (2 * places,), generator=generator)
    return ids, segments, positions.repeat(2, 1), pick, target


@torch.no_grad()
def past_of(model: nn.Module, ids: torch.Tensor) -> list[torch.Tensor]:
    """The cache after these tokens, and a column of padding after them."""
    cache = model(input_ids=ids, use_cache=True).past_key_values
    pairs = [each for layer in cache.layers for each in (layer.keys, layer.values)]
    return [nn.functional.pad(each, (0, 0, 0, 1), value=3.0) for each in pairs]


def export(model: nn.Module, path: Path, length: int) -> None:
    dynamic = torch.export.Dim.AUTO
    square, line, cached = {0: dynamic, 1: dynamic}, {0: dynamic}, {0: dynamic, 2: dynamic}
    ids, *others = examples(model, length, seed=0)
    past = past_of(model, ids[:, :READ])
    program = torch.onnx.export(
        ScoringGraph(model).eval(),
        (ids[:, READ:], *others, past),
        dynamo=True,
        input_names=[*INPUTS, *names_of(model, "past_key_values")],
        output_names=[*OUTPUTS, *names_of(model, "present"), *names_of(model, "new")],
        dynamic_shapes=(square, square, square, line, line, [cached] * len(past)),
        custom_translation_table={torch.ops.aten.scaled_dot_product_attention.default: attention},
        verbose=False,
    )
    save(program, model, path)


def save(program: torch.onnx.ONNXProgram, model: nn.Module, path: Path) -> None:
    # The exporter notes where each node came from, with paths of this machine.
    for part in (program.model, program.model.graph, *program.model.graph.all_nodes()):
        part.metadata_props.clear()
    for value in program.model.graph.initializers.values():
        value.metadata_props.clear()
    program.save(str(path), external_data=_is_large(model))


def _is_large(model: nn.Module) -> bool:
    """A graph with its weights must stay below 2 GB to be one file."""
    return sum(each.numel() * each.element_size() for each in model.parameters()) > 1_800_000_000


def check(model: nn.Module, path: Path, length: int) -> float:
    """The greatest difference from the plain model, branch by branch, each in a row of its own."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    ids, segments, positions, pick, target = examples(model, length, seed=1)
    past = past_of(model, ids[:, :READ])
    places = ids.shape[1] - READ
    names = [*INPUTS, *names_of(model, "past_key_values")]
    values = (ids[:, READ:], segments, positions, pick, target, *past)
    feeds = {name: value.numpy() for name, value in zip(names, values, strict=True)}
    found = torch.from_numpy(session.run(["log_probability"], feeds)[0])
    segments = torch.cat([segments[:, :READ], segments[:, READ + 1 :]], dim=1)
    worst = 0.0
    for row in range(ids.shape[0]):
        for branch in sorted(set(segments[row].tolist()) - {0, 1}):
            at = ((segments[row] == 1) | (segments[row] == branch)).nonzero().squeeze(1)
            with torch.no_grad():
                scores = model(input_ids=ids[row, at][None], use_cache=False).logits[0].float().log_softmax(-1)
            picked = row * places + at[READ:] - READ
            expected = scores[READ:].gather(1, target[picked][:, None]).squeeze(1)
            worst = max(worst, (expected - found[picked]).abs().max().item())
    return worst
