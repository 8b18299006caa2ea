"""The rules that pandera can state on pandas, every failing cell collected; reads its job from standard input."""

import json
import sys
import time

import pandas as pd
import pandera.pandas as pa

job = json.load(sys.stdin)
started = time.process_time()
frame = pd.read_csv(job["path"], dtype=str)
rules, columns = 0, {}
for column in job["columns"]:
    checks = []
    if column["codes"]:
        checks.append(pa.Check.isin(column["codes"]))
    if column["pattern"]:
        checks.append(pa.Check.str_matches(column["pattern"]))
    rules += len(checks) + column["required"]
    columns[column["name"]] = pa.Column(str, checks, nullable=not column["required"], required=False)
failing = 0
try:
    pa.DataFrameSchema(columns).validate(frame, lazy=True)
except pa.errors.SchemaErrors as errors:
    failing = len(errors.failure_cases)
json.dump({"cpu": time.process_time() - started, "rules": rules, "failing": failing}, sys.stdout)
