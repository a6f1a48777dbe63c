"""Renders templates as PromptSource does: one JSON question a line in, one JSON answer a line out.

A question holds `language` ("jinja" or "format"), `text`, `answer_choices` (or null) and `records`, a list of
JSON texts. An answer holds, for each record, `{"parts": [...]}`, or `{"error": ..., "line": ...}`.
"""

import json
import random
import re
import sys
import traceback
from collections import Counter

from jinja2 import BaseLoader, Environment, TemplateSyntaxError, pass_context

GUARD = "3ed2dface8203c4c9dfb1a5dc58e41e0"
ADDRESS = re.compile(r" at 0x[0-9a-f]+")

env = Environment(loader=BaseLoader)
env.globals["zip"] = zip
draws = 0


def draw(items):
    """The project's rule for a draw: FNV-1a over the items' text and the number of the draw, mixed."""
    global draws
    size = len(items)
    if size == 0:
        raise IndexError("Cannot choose from an empty sequence")
    value = 0x811C9DC5
    text = "\x1f".join(str(item) for item in items) + "\x1f" + str(draws)
    for byte in text.encode("utf-8", "surrogatepass"):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 1)):
        value = ((value ^ (value >> shift)) * factor) & 0xFFFFFFFF
    draws += 1
    return items[(value * size) >> 32]


def most_frequent(items):
    if not items:
        return None
    counts = Counter(items).most_common()
    most = counts[0][1]
    return [item for item, count in counts if count == most]


@pass_context
def choice(_context, items):
    """Drawn at each rendering: without the context Jinja2 would draw once, when it compiles constant items."""
    return draw(items)


env.filters["choice"] = choice
env.filters["most_frequent"] = most_frequent
env.filters["highlight"] = lambda text: "<span style='color: #F08080'>" + text + "</span>"
random.choice = draw


def protected(record):
    return {
        key: value.replace("|||", GUARD) if isinstance(value, str) else value for key, value in record.items()
    }


def line_of(error):
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return lines[-1] if lines else None


def render_jinja(template, choices, record):
    global draws
    if "answer_choices" in record:
        raise ValueError("Example contains the restricted key 'answer_choices'.")
    values = protected(record)
    draws = 0
    values["answer_choices"] = None
    if choices is not None:
        rendered = choices.render(**values_without(values))
        values["answer_choices"] = [part.strip().replace(GUARD, "|||") for part in rendered.split("|||")]
        values.update(protected(json.loads(record_text)))
    draws = 0
    return [part.replace(GUARD, "|||") for part in template.render(**values).split("|||")]


def values_without(values):
    return {key: value for key, value in values.items() if key != "answer_choices"}


def answer(question):
    global record_text
    if question["language"] == "format":
        patterns = question["text"].split("|||")
        make = lambda record: [pattern.format(**record) for pattern in patterns]
    else:
        try:
            choices = question["answer_choices"]
            compiled = None if choices is None else env.from_string(choices)
            template = env.from_string(question["text"])
        except Exception as error:
            told = {"error": f"{type(error).__name__}: {error}", "line": getattr(error, "lineno", None)}
            return [told for _ in question["records"]]
        make = lambda record: render_jinja(template, compiled, record)
    answers = []
    for record_text in question["records"]:
        try:
            parts = make(json.loads(record_text))
            text = "".join(parts)
            text.encode("utf-8")
            answers.append({"address": True} if ADDRESS.search(text) else {"parts": parts})
        except Exception as error:
            answers.append({"error": f"{type(error).__name__}: {error}"[:300], "line": line_of(error)})
    return answers


record_text = ""
if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
