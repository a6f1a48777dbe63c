"""`python -m heldout_runner VERB`: train, evaluate, export, doctor, pack."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(prog="heldout_runner", description="Heldout's trainer")
    verbs = parser.add_subparsers(dest="verb", required=True)
    train = verbs.add_parser("train", help="train the run of a job's folder, or go on with it")
    train.add_argument("job", type=Path)
    train.add_argument("--processes", type=int, default=1, help="ranks to start on this machine")
    evaluate = verbs.add_parser("evaluate", help="score the requests of a job's folder, or go on with it")
    evaluate.add_argument("job", type=Path)
    export = verbs.add_parser("export", help="write a run's checkpoint as a folder that transformers loads")
    export.add_argument("job", type=Path)
    export.add_argument("step", type=int)
    export.add_argument("out", type=Path)
    verbs.add_parser("doctor", help="what the environment has and lacks, as JSON")
    pack = verbs.add_parser("pack", help="the first packed sequences of a stream, as JSON")
    pack.add_argument("stream", type=Path)
    pack.add_argument("tokenizer")
    pack.add_argument("--length", type=int, default=2048)
    pack.add_argument("--sequences", type=int, default=4)
    options = parser.parse_args()
    # Imported on demand: the doctor works where torch is missing, the launcher needs none.
    if options.verb == "doctor":
        from .doctor import main as doctor

        return doctor()
    if options.verb == "pack":
        from .show import main as show

        return show(options.stream, options.tokenizer, options.length, options.sequences)
    if options.verb == "train" and options.processes > 1:
        from .launch import launch

        return launch(options.processes, ["train", str(options.job)])
    from .process import StopSignal, die_with_parent

    # Before torch is imported, which takes seconds.
    die_with_parent()
    if options.verb == "export":
        from .export import main as export_checkpoint

        return export_checkpoint(options.job.resolve(), options.step, options.out.resolve())
    stop = StopSignal()
    if options.verb == "evaluate":
        from .scoring.evaluate import evaluate as evaluate_job

        return evaluate_job(options.job.resolve(), stop)
    from .train import train as train_job

    return train_job(options.job.resolve(), stop)


if __name__ == "__main__":
    sys.exit(main())
