"""Why a run can't go on, in the words that a person is shown."""

from __future__ import annotations

import re

CODES = (
    "out-of-memory",
    "no-gpu",
    "bad-checkpoint",
    "tokenizer-mismatch",
    "no-examples",
    "stream-ended",
    "bad-run",
    "lock",
    "other",
)


class RunFailure(Exception):
    """A fault with a `code` of CODES, what is wrong (`text`) and what to do about it (`advice`, may be empty)."""

    def __init__(self, code: str, text: str, advice: str = "") -> None:
        assert code in CODES, code
        super().__init__(text)
        self.code = code
        self.text = text
        self.advice = advice


# "tried to allocate 8 bytes" of a C++ allocator, "can't allocate memory: you tried to allocate 123 bytes" of torch's.
OUT_OF_MEMORY = re.compile(r"out of memory|can't allocate memory|bad_alloc|CUBLAS_STATUS_ALLOC_FAILED", re.I)


def is_out_of_memory(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and OUT_OF_MEMORY.search(str(error)) is not None
    )


def first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0]


def as_failure(error: BaseException, lower: str = "") -> RunFailure:
    """Any error as a RunFailure; `lower` says what to lower where memory ran out."""
    if isinstance(error, RunFailure):
        return error
    first = first_line(error)
    if is_out_of_memory(error):
        return RunFailure("out-of-memory", f"out of memory: {first}", lower)
    if "No space left on device" in str(error):
        return RunFailure("other", f"the disk is full: {first}", "free space, then resume")
    return RunFailure("other", f"{type(error).__name__}: {first}", "the log has the whole error")
