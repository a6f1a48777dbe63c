"""Heldout's runner: trains causal language models on the stream that Heldout's engine writes.

`python -m heldout_runner train JOB` reads `JOB/run.json` and `JOB/stream/`, and writes `JOB/work.jsonl`,
`JOB/checkpoints/` and `JOB/final/`. `python -m heldout_runner evaluate JOB` is the package `scoring`. Sections named
in this package are those of the OPT-IML paper.
"""
