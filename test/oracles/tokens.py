"""Token numbers of texts by the native tokenizer: the first line names its file, then a text a line."""

import json
import sys

from tokenizers import Tokenizer

tokenizer = Tokenizer.from_file(json.loads(sys.stdin.readline()))
print("null", flush=True)
for line in sys.stdin:
    print(json.dumps(tokenizer.encode(json.loads(line), add_special_tokens=False).ids), flush=True)
