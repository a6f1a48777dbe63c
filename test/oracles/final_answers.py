"""What lm-evaluation-harness makes of generated texts, a JSON text a line: GSM8K's two filters and BBH's, by its own classes."""

import json
import re
import sys

from lm_eval.filters.extraction import RegexFilter

FILTERS = {
    "strict": RegexFilter(r"#### (\-?[0-9\.\,]+)"),
    "flexible": RegexFilter(r"(-?[$0-9.,]{2,})|(-?[0-9]+)", group_select=-1),
    "bbh": RegexFilter(r"(?<=the answer is )(.*)(?=.)"),
}
# `regexes_to_ignore` of GSM8K's exact_match.
IGNORED = [",", r"\$", r"(?s).*#### ", r"\.$"]


def ignoring(text: str) -> str:
    for pattern in IGNORED:
        text = re.sub(pattern, "", text)
    return text


for line in sys.stdin:
    text = json.loads(line)
    found = {name: one.apply([[text]], [{}])[0][0] for name, one in FILTERS.items()}
    numbers = {name: ignoring(found[name]) for name in ("strict", "flexible")}
    print(json.dumps({**numbers, "bbh": found["bbh"]}), flush=True)
