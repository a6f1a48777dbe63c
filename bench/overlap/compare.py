"""The tools that compare.ts sets the scan against, each as it is published, on a folder with train and eval JSONL.

    python compare.py janitor|datatrove FOLDER N

Prints one JSON document: processor seconds to index the eval side and to scan the train side (reading and
JSON included, as the tool's users do it), the train records that were found to share text, and for the
janitor the eval examples whose grams were found.
"""

import json
import sys
import tempfile
import time
from pathlib import Path


def records(folder):
    for path in sorted(Path(folder).glob("*.jsonl")):
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                record = json.loads(line)
                text = record["text"] if "text" in record else f"{record['inputs']}\n{record['targets']}"
                yield path.stem, number, text


def timed(work):
    before = time.process_time()
    result = work()
    return time.process_time() - before, result


def janitor(folder, n):
    from lm_eval.decontamination.janitor import Janitor, word_ngrams, word_ngrams_indices

    tool = Janitor(ngram_n=n)

    def index():
        for _, _, text in records(folder / "eval"):
            tool.register_contaminant_python(text)

    def scan():
        # Without its limits on what is left over, a text comes back in one piece when nothing was found in it.
        return [
            (task, number)
            for task, number, text in records(folder / "train")
            if tool.clean_python(text) != [text] and len(text) > tool.minimum_slice_length
        ]

    indexing, _ = timed(index)
    scanning, _ = timed(scan)

    # Which grams were found, by the tool's own functions, as its clean_python looks them up.
    found = set()
    hit = 0
    for _, _, text in records(folder / "train"):
        grams = (tool.normalize_string(gram) for gram, _ in word_ngrams_indices(text, n))
        own = {gram for gram in grams if gram in tool.dirt_ngrams}
        hit += len(own) > 0
        found |= own
    examples = [
        f"{task}/{number}"
        for task, number, text in records(folder / "eval")
        if any(gram in found for gram in word_ngrams(tool.normalize_string(text), n))
    ]
    return {"indexing": indexing, "scanning": scanning, "records": hit, "examples": examples}


def datatrove(folder, n):
    import numpy as np
    from datatrove.data import Document
    from datatrove.pipeline.decont.n_grams import NGramsDecontConfig, NGramsDecontFilter
    from datatrove.utils.text import TextNormConfig, ngrams, simplify_text
    from datatrove.utils.word_tokenizers import WordTokenizer
    from loguru import logger

    class Split(WordTokenizer):
        """Words between white space: the same rule, and faster than its own tokenizer for English."""

        def word_tokenize(self, text):
            return text.split()

        sent_tokenize = span_tokenize = word_tokenize

    logger.remove()
    # Lower case, no punctuation; its rewriting of numbers and accents is off.
    norm = TextNormConfig(norm_numbers=False, norm_unicode_diacritics=False)
    config = NGramsDecontConfig(n_grams=n, norm_config=norm)
    with tempfile.TemporaryDirectory() as place:
        tool = NGramsDecontFilter(place, config=config, language=Split())

        def index():
            # Its indexer wants lighteval's tasks; this is what it computes for a text, and the file it writes.
            hashes = {}
            for task, _, text in records(folder / "eval"):
                tokens = tool.tokenizer.word_tokenize(simplify_text(text, norm))
                hashes.setdefault(task, set()).update(
                    map(tool.hash_func, map(" ".join, ngrams(tokens, n)))
                )
            for task, own in hashes.items():
                np.array(list(own), dtype=config.hash_config.np_descr).tofile(f"{place}/{task}.index.hashes")
            tool.load_index_hashes()

        def scan():
            return sum(
                tool.filter(Document(text=text, id=f"{task}/{number}")) is not True
                for task, number, text in records(folder / "train")
            )

        indexing, _ = timed(index)
        scanning, hit = timed(scan)
    return {"indexing": indexing, "scanning": scanning, "records": hit}


if __name__ == "__main__":
    tool, folder, n = sys.argv[1:]
    print(json.dumps({"janitor": janitor, "datatrove": datatrove}[tool](Path(folder), int(n))))
