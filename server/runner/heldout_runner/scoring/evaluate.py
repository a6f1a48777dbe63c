"""The evaluation of a job's folder, from where it stands to its end."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch

from ..events import Events
from ..failure import RunFailure, as_failure
from ..lock import FolderLock
from ..process import StopSignal
from ..tokens import Encoder
from ..world import device_of
from .causal import Causal
from .encoder_decoder import Sources, rank_targets
from .generation import generate
from .job import EvaluateJob, Generate, Rank, Request, read_job, read_requests
from .load import load
from .plain import generate_plainly
from .ranking import rank
from .scores import Answer, Scores, failed
from .texts import CantScore, Prompt, Reader

DONE, FAILED, STOPPED = 0, 1, 3
#: Requests that are sorted by length and by what they begin with at once.
TOGETHER = 4096
#: Seconds between two reports.
EVERY = 1.0


def evaluate(job: Path, stop: StopSignal) -> int:
    """Answers the requests that have no answer yet. Gives the exit status: 0 done, 3 stopped politely, 1 failed, the
    reason in the last event."""
    try:
        lock = FolderLock(job)
    except RunFailure as failure:
        # The events are the other process's: only the log may say so.
        print(f"failed: {failure.text}; {failure.advice}", file=sys.stderr, flush=True)
        return FAILED
    events = Events(job / "work.jsonl")
    options: EvaluateJob | None = None
    try:
        options = read_job(job / "evaluate.json")
        return _evaluate(job, options, events, stop)
    except Exception as error:
        lower = f"set batch_tokens: {options.batch_tokens // 2}" if options and options.batch_tokens > 2 else ""
        failure = as_failure(error, lower)
        if failure.code in ("other", "out-of-memory"):
            import traceback

            traceback.print_exc()
        events.fail(failure)
        return FAILED
    finally:
        lock.close()


@torch.inference_mode()
def _evaluate(job: Path, options: EvaluateJob, events: Events, stop: StopSignal) -> int:
    scores = Scores(job / "scores.jsonl")
    requests = _by_id(job / "requests.jsonl")
    waiting = [request for request in requests.values() if request.id not in scores.answered]
    total = len(requests)
    if waiting:
        events.progress("loading the checkpoint", 0, 1, "models")
        answer = Scorer(options, events, lambda: stop.asked).answers
        began = said = time.monotonic()
        for answers in answer(waiting):
            scores.add(answers)
            now = time.monotonic()
            if now - said >= EVERY or len(scores.answered) == total:
                said = now
                _report(events, len(waiting), len(scores.answered), total, now - began)
            if stop.asked:
                break
    if stop.asked and len(scores.answered) < total:
        events.message(f"stopped after {len(scores.answered)} of {total} requests")
        return STOPPED
    events.send("done", step=total, path="scores.jsonl")
    return DONE


def _by_id(path: Path) -> dict[str, Request]:
    requests: dict[str, Request] = {}
    for request in read_requests(path):
        if request.id in requests:
            raise RunFailure("bad-run", f"{path}: the id {request.id} is there twice", "submit the evaluation again")
        requests[request.id] = request
    return requests


def _report(events: Events, new: int, done: int, total: int, seconds: float) -> None:
    """`rate`: requests a second since this process began to score."""
    rate = (new - (total - done)) / max(seconds, 1e-9)
    events.send("progress", message="scoring", done=done, total=total, unit="requests", rate=rate)
    print(f"{done}/{total} requests  {rate:,.1f}/s", flush=True)


class Scorer:
    """A checkpoint that answers requests."""

    def __init__(self, options: EvaluateJob, events: Events, stopping: Callable[[], bool]) -> None:
        self._options, self._stopping = options, stopping
        self._encoder = Encoder(options.tokenizer)
        self._loaded = load(options, self._encoder, device_of(options.device, 0))
        loaded = self._loaded
        if loaded.encoder_decoder:
            self._sources: Sources | None = Sources(self._encoder, loaded)
            return
        self._sources = None
        self._causal = Causal(loaded.model, loaded.model.device)
        self._reader = Reader(self._encoder, loaded.length, loaded.vocabulary, options.special_tokens)
        if not self._causal.branching:
            kind = loaded.model.config.model_type
            events.message(f"models of the kind {kind} read no masks but their own: each candidate is a row of its own")

    def answers(self, requests: Sequence[Request]) -> Iterator[list[Answer]]:
        """Of a batch at once, in any order. Ends early when the process is asked to stop."""
        # Those of one group begin alike: they are looked at together.
        waiting = sorted(requests, key=lambda request: request.group)
        for start in range(0, len(waiting), TOGETHER):
            some = waiting[start : start + TOGETHER]
            yield from self._rank([one for one in some if isinstance(one, Rank)])
            yield from self._generate([one for one in some if isinstance(one, Generate)])

    def _rank(self, requests: Sequence[Rank]) -> Iterator[list[Answer]]:
        budget = self._options.batch_tokens
        if self._sources:
            return rank_targets(self._loaded, self._sources, requests, budget)
        return rank(self._causal, self._reader, requests, budget)

    def _generate(self, requests: Sequence[Generate]) -> Iterator[list[Answer]]:
        budget, stopping, loaded = self._options.batch_tokens, self._stopping, self._loaded
        if self._sources is None and self._causal.branching:
            model, reader = self._causal, self._reader
            yield from generate(model, reader, self._encoder, loaded.ends, requests, budget, stopping)
            return
        prompts: list[tuple[Generate, Prompt]] = []
        for request, prompt in zip(requests, self._prompts(requests)):
            if isinstance(prompt, CantScore):
                yield [failed(request.id, str(prompt))]
            else:
                prompts.append((request, prompt))
        yield from generate_plainly(loaded, self._encoder, prompts, budget, stopping)

    def _prompts(self, requests: Sequence[Generate]) -> list[Prompt | CantScore]:
        if self._sources is None:
            return self._reader.prompts(requests)
        made: list[Prompt | CantScore] = []
        for request in requests:
            try:
                made.append(self._sources.prompt(request))
            except CantScore as fault:
                made.append(fault)
        return made
