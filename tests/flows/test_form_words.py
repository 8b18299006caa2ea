"""What the forms say is written for people: no law's number, no name of ours, a help text for each question."""

import importlib
import json
import re
from pathlib import Path

import pytest
from prefect import Flow
from prefect.utilities.callables import parameter_schema

FLOWS = sorted(path.stem for path in Path("flows").glob("*.py"))
LAW = re.compile(r"\(L\d+\)|\bL\d{1,2}\b")


def schemas() -> dict[str, str]:
    """Return the schema of each form, as Prefect shows it, by the name of its flow."""
    modules = [importlib.import_module(f"flows.{name}") for name in FLOWS]
    flows = {thing.name: thing for module in modules for thing in vars(module).values() if isinstance(thing, Flow)}
    return {name: json.dumps(parameter_schema(flow).model_dump()) for name, flow in flows.items()}


@pytest.mark.parametrize(("name", "schema"), sorted(schemas().items()))
def test_a_form_names_no_law_and_explains_each_reason(name: str, schema: str) -> None:
    assert not LAW.search(schema), name
    reason = json.loads(schema)["properties"].get("reason")
    assert reason is None or reason["description"]
