"""Rouge-L F1 of [reference, prediction], a line each."""

import json
import sys

from rouge_score import rouge_scorer

scorer = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=False)
for line in sys.stdin:
    reference, prediction = json.loads(line)
    print(json.dumps(scorer.score(reference, prediction)["rougeL"].fmeasure), flush=True)
