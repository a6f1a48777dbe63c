"""Texts as tokens, and which of them take loss: the rule of server/mixture/packing.ts and prompts/tokens.ts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from .failure import RunFailure
from .stream import Example


@dataclass(frozen=True)
class Tokens:
    """An example's tokens with the separator after them: `ids` int32 and `loss` bool, both [tokens]."""

    example: Example
    ids: np.ndarray
    loss: np.ndarray


def tokenizer_file(path: str) -> Path:
    """The tokenizer.json that a path or a folder names. Raises RunFailure."""
    file = Path(path)
    file = file / "tokenizer.json" if file.is_dir() else file
    if not file.is_file():
        raise RunFailure("bad-run", f"no tokenizer at {path}", "name a tokenizer.json or the folder of one")
    return file


class Encoder:
    """A native tokenizer without special tokens around a text, without truncation and padding."""

    def __init__(self, path: str) -> None:
        self.file = tokenizer_file(path)
        try:
            document = json.loads(self.file.read_text(encoding="utf-8"))
            whole = Tokenizer.from_str(json.dumps(document))
            # A post-processor adds special tokens and trims white space off the offsets: neither is wanted.
            document["post_processor"] = None
            self._tokenizer: Tokenizer = Tokenizer.from_str(json.dumps(document))
        except Exception as error:
            raise RunFailure("bad-run", f"{self.file}: not a tokenizer: {error}", "name a tokenizer.json") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        #: What follows each example.
        self.separator = self._separator()
        #: What the tokenizer's post-processor puts before a text, as a model that was trained elsewhere expects it.
        self.leading = leading_tokens(whole)

    @property
    def vocabulary(self) -> dict[str, int]:
        return self._tokenizer.get_vocab(with_added_tokens=True)

    def encode(self, examples: Sequence[Example]) -> list[Tokens]:
        """Tokens of many examples at once, in their order; an example takes loss by its pieces."""
        encodings = self._tokenizer.encode_batch([example.text for example in examples], add_special_tokens=False)
        return [self._marked(example, encoding) for example, encoding in zip(examples, encodings)]

    def ids(self, texts: Sequence[str]) -> list[np.ndarray]:
        """The tokens of each text, int32, with nothing around it."""
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.array(encoding.ids, dtype=np.int32) for encoding in encodings]

    def prompts(self, texts: Sequence[str]) -> list[np.ndarray]:
        """The same after the leading tokens, unless the text says them itself."""
        before = np.array(self.leading, dtype=np.int32)
        return [
            ids if np.array_equal(ids[: len(before)], before) else np.concatenate([before, ids])
            for ids in self.ids(texts)
        ]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of tokens, special ones left out."""
        text: str = self._tokenizer.decode(list(ids), skip_special_tokens=True)
        return text

    def _marked(self, example: Example, encoding: Any) -> Tokens:
        ids = np.empty(len(encoding.ids) + 1, dtype=np.int32)
        ids[:-1] = encoding.ids
        ids[-1] = self.separator
        loss = np.zeros(len(ids), dtype=bool)
        offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
        for start, end in loss_spans(example.pieces):
            # Any part of a token counts.
            loss[:-1] |= (offsets[:, 0] < end) & (offsets[:, 1] > start)
        # The model learns to stop where it learned the last token.
        loss[-1] = len(ids) > 1 and loss[-2]
        return Tokens(example, ids, loss)

    def _separator(self) -> int:
        names = ["</s>", _end_token(self.file.parent / "tokenizer_config.json"), "<|endoftext|>", "<eos>"]
        for name in names:
            token = self._tokenizer.token_to_id(name) if name else None
            if token is not None:
                return token
        raise RunFailure(
            "bad-run",
            f"{self.file}: has no token that ends a text: none of </s>, <|endoftext|>, <eos>",
            "name another tokenizer",
        )


def leading_tokens(tokenizer: Tokenizer) -> list[int]:
    """Special tokens that stand before any text."""
    encoding = tokenizer.encode("a")
    count = next((at for at, put in enumerate(encoding.special_tokens_mask) if not put), 0)
    return list(encoding.ids[:count])


def loss_spans(pieces: Sequence[tuple[str, bool]]) -> list[tuple[int, int]]:
    """Stretches of the text that take loss, in characters, neighbours joined."""
    spans: list[tuple[int, int]] = []
    at = 0
    for text, loss in pieces:
        end = at + len(text)
        if loss and spans and spans[-1][1] == at:
            spans[-1] = (spans[-1][0], end)
        elif loss:
            spans.append((at, end))
        at = end
    return spans


def _end_token(config: Path) -> str | None:
    try:
        token = json.loads(config.read_text(encoding="utf-8")).get("eos_token")
    except (OSError, ValueError):
        return None
    return token.get("content") if isinstance(token, dict) else token
