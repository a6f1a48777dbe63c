"""The training loop (section 3)."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from typing import Any

import torch

from .checkpoint import Checkpoints
from .events import Events
from .failure import RunFailure, as_failure
from .feed import Batch, Feed, Position
from .final import save_final
from .lock import FolderLock
from .loss import TokenLoss
from .model import attention_of, check_tokenizer, model_config, sharded_model
from .optimizer import LossScale, by_mesh, clip, gradient_norm, make_optimizer, scale_gradients
from .process import StopSignal
from .run import Run, read_run
from .schedule import learning_rate
from .stream import Patience, StreamReader
from .tokens import Encoder
from .validation import Validation
from .world import Ranks, World, first_to_fail

DONE, FAILED, STOPPED = 0, 1, 3


def train(job: Path, stop: StopSignal, patience: Patience = Patience()) -> int:
    """Trains the run of a job's folder, from its newest checkpoint where there is one. Gives the exit status: 0 done,
    3 stopped politely after a checkpoint, 1 failed, the reason in the last event."""
    ranks = Ranks.here()
    try:
        lock = FolderLock(job) if ranks.rank == 0 else None
    except RunFailure as failure:
        # The events are the other run's: only the log may say so.
        print(f"failed: {failure.text}; {failure.advice}", file=sys.stderr, flush=True)
        return FAILED
    events = Events(job / "work.jsonl", writes=ranks.rank == 0)
    world: World | None = None
    run: Run | None = None
    try:
        run = read_run(job / "run.json")
        world = World(ranks, run)
        return Trainer(job, run, world, events, stop, patience).train()
    except Exception as error:
        failure = as_failure(error, _what_to_lower(run))
        if failure.code in ("other", "out-of-memory"):
            import traceback

            traceback.print_exc()
        if first_to_fail():
            events.fail(failure)
        return FAILED
    finally:
        if lock:
            lock.close()


class Trainer:
    """One process of a run, from its set-up to its end."""

    def __init__(
        self, job: Path, run: Run, world: World, events: Events, stop: StopSignal, patience: Patience
    ) -> None:
        self._job, self._run, self._world, self._events, self._stop = job, run, world, events, stop
        if run.batch % (world.data_size * run.micro_batch):
            raise RunFailure(
                "bad-run",
                f"batch is {run.batch}, no multiple of micro_batch {run.micro_batch} on {world.data_size} devices",
                "change batch or micro_batch",
            )
        first = world.rank == 0
        encoder = Encoder(run.tokenizer) if first else None
        self._config = model_config(run)
        if encoder:
            check_tokenizer(run, self._config, encoder)
        events.progress("preparing the model", 0, 1, "models")
        self._checkpoints = Checkpoints(job / "checkpoints", world, trainable_only=run.lora is not None)
        saved = self._checkpoints.newest(lambda text: events.message(text, "warning"))
        self._model = sharded_model(run, self._config, world, weights=saved is None or run.lora is not None)
        self._groups = by_mesh(self._model.parameters())
        self._optimizer = make_optimizer(self._model, run.optimizer)
        self._scale = LossScale(run)
        self._loss = TokenLoss(self._model, attention_of(run, self._config, world.device), run.masking)
        # Ranks that hold parts of one layer must drop the same activations.
        torch.manual_seed(run.seed * 1_000_003 + world.data_rank)
        self.step = 0
        self._position = Position()
        if saved:
            self._checkpoints.load(saved, self._model, self._optimizer, lambda text: events.message(text, "warning"))
            self.step = saved.step
            self._position = Position.from_json(saved.state["stream"])
            self._scale.value, self._scale.good_steps = saved.state["scale"]
        self._saved_step = self.step if saved else -1
        reader = StreamReader(
            job / "stream",
            self._position.place,
            patience=patience,
            say=events.message,
            stopping=lambda: stop.asked,
        )
        self._feed = Feed(run, world, self._position, reader if first else None, encoder)
        self._validation = Validation(
            run,
            world,
            job / "stream" / "validation",
            encoder,
            patience=patience,
            say=events.message,
            stopping=lambda: stop.asked,
        )

    def train(self) -> int:
        run, world = self._run, self._world
        self._events.send(
            "started",
            world=world.size,
            device=world.device.type,
            parameters=sum(parameter.numel() for parameter in self._model.parameters()),
            resumed_from=self.step,
            steps=run.steps,
        )
        if self.step == 0:
            self._validate()
        while self.step < run.steps:
            began = time.perf_counter()
            batch = self._next_batch()
            stopping = batch is None or self._take_step(batch, began)
            if stopping and self.step < run.steps:
                return self._end_early()
            if run.validation.every and (self.step % run.validation.every == 0 or self.step == run.steps):
                self._validate()
            if self.step % run.checkpoint.every == 0 or self.step == run.steps:
                self._save()
        self._feed.close()
        self._events.progress("writing the final weights", 0, 1, "models")
        save_final(run, self._config, self._model, self._job / "final", world)
        self._events.send("done", step=self.step, path="final")
        world.close()
        return DONE

    def _next_batch(self) -> Batch | None:
        try:
            return self._feed.next(lambda: self._stop.asked)
        except RunFailure as failure:
            if failure.code == "stream-ended" and self.step > 0:
                self._save()
                # All ranks fail here, and any may tell why: after the first has told of the checkpoint.
                self._world.barrier()
            raise

    def _take_step(self, batch: Batch, began: float) -> bool:
        """One update; gives whether any rank was asked to stop."""
        run, world = self._run, self._world
        rate = learning_rate(self.step + 1, run.optimizer.learning_rate, run.optimizer.warmup, run.steps)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        # Sharding takes the mean over its ranks; the loss is the mean over the targets of the whole batch.
        factor = self._scale.value * world.data_size / max(batch.target_tokens, 1)
        collected: list[tuple[torch.Tensor, torch.Tensor]] = []
        for rows in batch.micro_batches:
            losses, collections = self._loss(rows)
            (losses.sum() * factor).backward()
            collected.append((losses.detach(), collections))
        if self._scale.value != 1.0:
            scale_gradients(self._groups, 1 / self._scale.value)
        norm = gradient_norm(self._groups)
        finite = bool(norm.isfinite())
        if finite or run.precision != "fp16":
            clip(self._groups, run.optimizer.clip, norm)
            self._optimizer.step()
        else:
            self._events.message(f"step {self.step + 1}: a gradient overflowed at loss scale {self._scale.value:g}")
        self._scale.update(finite)
        self._optimizer.zero_grad()
        self.step += 1
        self._position = batch.after
        sums, stopping = self._summed(collected, batch)
        if self.step % run.log_every == 0 or self.step == run.steps:
            self._report(batch, sums, rate, float(norm), time.perf_counter() - began)
        return stopping

    def _summed(
        self, collected: list[tuple[torch.Tensor, torch.Tensor]], batch: Batch
    ) -> tuple[torch.Tensor, bool]:
        """Over all ranks: float64 [2, collections], sums of loss and numbers of targets; and the wish to stop."""
        names = len(batch.after.collections)
        losses = torch.cat([losses for losses, _ in collected]).double().cpu()
        collections = torch.cat([collections for _, collections in collected]).long().cpu()
        sums = torch.zeros(2 * names + 1, dtype=torch.float64)
        sums[:names].index_add_(0, collections, losses)
        sums[names:-1] = torch.bincount(collections, minlength=names)
        # Ranks that hold parts of one layer have counted the same tokens.
        sums /= self._world.tensor.size()
        sums[-1] = float(self._stop.asked)
        self._world.sum(sums)
        return sums[:-1].view(2, names), bool(sums[-1] > 0)

    def _report(self, batch: Batch, sums: torch.Tensor, rate: float, norm: float, seconds: float) -> None:
        loss = sums[0].sum().item() / max(batch.target_tokens, 1)
        speed = batch.tokens / seconds
        self._events.send(
            "step",
            step=self.step,
            loss=loss,
            lr=rate,
            grad_norm=norm,
            tokens=batch.tokens,
            target_tokens=batch.target_tokens,
            tokens_per_second=speed,
            memory_bytes=_memory(self._world.device),
            seconds=seconds,
            collections={
                name: {"loss": total, "tokens": int(tokens)}
                for name, total, tokens in zip(batch.after.collections, *sums.tolist())
                if tokens
            },
            part=batch.after.place.part,
        )
        if self._world.rank == 0:
            print(f"step {self.step}/{self._run.steps}  loss {loss:.4f}  lr {rate:.3g}  {speed:,.0f} tokens/s", flush=True)

    def _validate(self) -> None:
        if self._validation.empty or not self._run.validation.every:
            return
        levels = self._validation.losses(self._model, self._loss)
        self._events.send("validation", step=self.step, levels=levels)

    def _save(self) -> None:
        if self._saved_step == self.step:
            return
        began = time.perf_counter()
        state: dict[str, Any] = {
            "step": self.step,
            "stream": self._position.to_json(),
            "scale": [self._scale.value, self._scale.good_steps],
        }
        folder = self._checkpoints.save(state, self._model, self._optimizer, self._run.checkpoint.keep)
        self._saved_step = self.step
        path = folder.relative_to(self._job).as_posix()
        self._events.send("checkpoint", step=self.step, path=path, seconds=time.perf_counter() - began)

    def _end_early(self) -> int:
        self._feed.close()
        if self.step > 0:
            self._save()
        self._events.message(f"stopped after step {self.step}")
        self._world.close()
        return STOPPED


def _memory(device: torch.device) -> int:
    """Bytes: the peak of this device's allocations, or of this process on a CPU."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _what_to_lower(run: Run | None) -> str:
    if run is None:
        return ""
    if run.micro_batch > 1:
        return f"set micro_batch: {run.micro_batch // 2} (it is {run.micro_batch}); batch stays as it is"
    if not run.gradient_checkpointing:
        return "set gradient_checkpointing: true"
    if run.lora is None and run.tensor_parallel == 1:
        return "use more GPUs, a tensor_parallel above 1, or lora"
    return f"set length: {run.length // 2}, or use more GPUs"
