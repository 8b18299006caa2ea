"""The rules that great_expectations can state, with the index of every failing row; job from standard input."""

import json
import os
import sys
import time

# A folder on sys.path of this name would hide the package.
sys.path.pop(0)
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import pandas as pd

job = json.load(sys.stdin)
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
batches = context.data_sources.add_pandas("p").add_dataframe_asset("a").add_batch_definition_whole_dataframe("b")
suite = context.suites.add(gx.ExpectationSuite(name="s"))
for column in job["columns"]:
    name = column["name"]
    if column["required"]:
        suite.add_expectation(gx.expectations.ExpectColumnValuesToNotBeNull(column=name))
    if column["codes"]:
        suite.add_expectation(gx.expectations.ExpectColumnValuesToBeInSet(column=name, value_set=column["codes"]))
    if column["pattern"]:
        suite.add_expectation(gx.expectations.ExpectColumnValuesToMatchRegex(column=name, regex=column["pattern"]))
validation = context.validation_definitions.add(gx.ValidationDefinition(name="v", data=batches, suite=suite))
started = time.process_time()
frame = pd.read_csv(job["path"], dtype=str)
result = validation.run(batch_parameters={"dataframe": frame}, result_format={"result_format": "COMPLETE"})
failing = sum(len(r.result.get("unexpected_index_list") or []) for r in result.results)
json.dump({"cpu": time.process_time() - started, "rules": len(suite.expectations), "failing": failing}, sys.stdout)
