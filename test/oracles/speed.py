"""Renderings per second of Python's Jinja2 with every template compiled beforehand; see bench/render.ts."""

import json
import sys
import time

from render import env, protected

question = json.loads(sys.stdin.readline())
work = []
for entry in question["pairs"]:
    template = env.from_string(entry["text"])
    choices = None if entry["answer_choices"] is None else env.from_string(entry["answer_choices"])
    for record in entry["records"]:
        work.append((template, choices, protected(json.loads(record))))


def render(template, choices, record):
    listed = None
    if choices is not None:
        listed = [part.strip() for part in choices.render(**record).split("|||")]
    return template.render(**record, answer_choices=listed).split("|||")


def safely(template, choices, record):
    try:
        render(template, choices, record)
    except Exception:
        return False
    return True


work = [item for item in work if safely(*item)]
renders = 0
start = time.perf_counter()
while time.perf_counter() - start < question["seconds"]:
    for item in work:
        render(*item)
    renders += len(work)
print(json.dumps({"rate": renders / (time.perf_counter() - start), "pairs": len(work)}))
