"""The construction of bench/build.ts as one would write it with Hugging Face datasets: `map` on all cores.

    python bench/build.py DATA OUT PROCESSES

Reads Super-NaturalInstructions files and JSON Lines below DATA, makes each record a prompt by its task's Jinja
template with a delimiter drawn by seed, and writes OUT/part-*.jsonl with the columns of a Heldout build. Prints
one JSON document.
"""

import json
import pathlib
import random
import sys
import time

import jinja2
from datasets import Dataset, concatenate_datasets, disable_caching, disable_progress_bars, load_dataset

DELIMITERS = ["\nAnswer:", "Answer:", "\nA:", "A:", "\nOutput:", "Output:", "\nanswer:", "\noutput:"]
ENVIRONMENT = jinja2.Environment()
TEMPLATE = ENVIRONMENT.from_string("{{input}}|||{{output}}")
PER_FILE = 25_000


def instances(path: str):
    """The records of one Super-NaturalInstructions file."""
    task = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    name = "sni/" + pathlib.Path(path).stem
    category = task["Categories"][0]
    for number, instance in enumerate(task["Instances"]):
        yield {
            "task": name,
            "category": category,
            "definition": task["Definition"][0],
            "input": instance["input"],
            "references": instance["output"],
            "number": number,
        }


def generated(paths):
    for path in paths:
        yield from instances(path)


def delimiter(source: str, task: str, number: int) -> str:
    end = source.rstrip()
    if end == "" or end.endswith(":"):
        return ""
    return random.Random(f"delimiter/{task}/{number}/0").choice(DELIMITERS)


def build(row: dict) -> dict:
    references = row["references"]
    source, target = TEMPLATE.render(input=row["input"], output=references[0]).split("|||", 1)
    mark = delimiter(source, row["task"], row["number"])
    shown = mark if mark == "" or mark.startswith("\n") or source[-1:].isspace() else " " + mark
    definition = row["definition"]
    return {
        "task": row["task"],
        "collection": row["task"].split("/")[0],
        "category": row["category"],
        "level": "fully-supervised",
        "template": "default",
        "example": row["number"],
        "source": (definition + "\n\n" if definition else "") + source + shown,
        "target": target,
        "candidates": None,
        "references": references,
        "delimiter": mark,
        "demonstrations": [],
    }


def line_rows(row: dict, number: int, task: str) -> dict:
    return {
        "task": task,
        "category": "Uncategorised",
        "definition": "",
        "input": row["inputs"],
        "references": [row["targets"]],
        "number": number,
    }


def main() -> None:
    data, out, processes = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    disable_progress_bars()
    disable_caching()
    out.mkdir(parents=True)
    cache = str(out / "cache")
    started = time.perf_counter()
    tasks = sorted(str(path) for path in data.glob("natural-instructions/tasks/*.json"))
    parts = [Dataset.from_generator(generated, gen_kwargs={"paths": tasks}, cache_dir=cache, num_proc=processes)]
    for path in sorted(data.glob("seqio/*.jsonl")):
        rows = load_dataset("json", data_files=str(path), split="train", cache_dir=cache)
        parts.append(
            rows.map(
                line_rows,
                with_indices=True,
                fn_kwargs={"task": "lines/" + path.stem},
                remove_columns=rows.column_names,
                num_proc=processes,
            )
        )
    whole = concatenate_datasets(parts)
    built = whole.map(build, remove_columns=whole.column_names, num_proc=processes)
    shards = max(1, -(-len(built) // PER_FILE))
    total = 0
    for shard in range(shards):
        path = out / f"part-{shard:05d}.jsonl"
        built.shard(shards, shard, contiguous=True).to_json(path, force_ascii=False, num_proc=processes)
        total += path.stat().st_size
    seconds = time.perf_counter() - started
    print(json.dumps({"instances": len(built), "bytes": total, "seconds": seconds}))


if __name__ == "__main__":
    main()
