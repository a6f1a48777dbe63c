"""Scores requests with a checkpoint: log-likelihoods of continuations, and greedy text.

`python -m heldout_runner evaluate JOB` reads `JOB/evaluate.json` and `JOB/requests.jsonl`, and appends an answer to
each request to `JOB/scores.jsonl`, in any order. What is scored and what comes of it is the engine's business.
"""
