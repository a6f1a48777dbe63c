"""Writes the sample bench's Parquet files from the rows on stdin (needs pyarrow).

node scripts/make-samples.ts --parquet-rows | python scripts/samples/write_parquet.py samples/data
"""

import json
import pathlib
import sys

import pyarrow
import pyarrow.parquet

data = pathlib.Path(sys.argv[1])
for path, rows in json.load(sys.stdin).items():
    (data / path).parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), data / path, row_group_size=16)
