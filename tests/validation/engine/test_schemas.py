"""A contract is a pandera schema that anybody may validate, and the check of a return is nothing but its validation."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from functools import partial
from pathlib import Path

import pandera.polars as pa
import polars as pl
import pytest
import yaml
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaDefinitionError, SchemaErrorReason, SchemaErrors

import validation
from models.themes import theme
from tests.validation.rows import CONTEXT, checked, csv_of
from validation import parsed, schema
from validation.contract.context import Context
from validation.contract.errors import InternalFaultError, OurFaultError, UnknownReturnError
from validation.contract.model import Contract, Sheet, v, value
from validation.contract.rules import Rule, WholeRule
from validation.engine.backend import hits_of
from validation.engine.running import failures_of
from validation.engine.schemas import UNSTATED, ReturnSchema, schema_of
from validation.files.parsing import TYPES
from validation.returns import CONTRACTS
from validation.synthetic import ALL, synthesise

_THEME, _ANNOUNCED, _AREA = "domestic-abuse-2024", date(2025, 2, 24), "E06000038"
_LA = CONTRACTS["LA-DA"]
_CANARY = "Zebulonia"
_DOCS = Path(__file__).parents[3] / "docs"


def _schema(code: str, sheet: str | None = None) -> ReturnSchema:
    return schema(code, theme=_THEME, announced=_ANNOUNCED, sheet=sheet, area=_AREA)


def _stock(checked_by: pa.DataFrameSchema) -> pa.DataFrameSchema:
    """Return a schema of pandera's own class, which no backend of ours runs."""
    return pa.DataFrameSchema(checked_by.columns, checks=checked_by.checks)


def _broken(checked_by: pa.DataFrameSchema, frame: pl.DataFrame) -> tuple[Counter[str], set[str]]:
    """Return how often each rule is broken, and the columns with blanks where none may be, as pandera tells."""
    rules: Counter[str] = Counter()
    blank: set[str] = set()
    try:
        checked_by.validate(frame, lazy=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            if error.reason_code is SchemaErrorReason.SERIES_CONTAINS_NULLS:
                blank.add(error.schema.name)
            else:
                assert error.reason_code is SchemaErrorReason.DATAFRAME_CHECK
                # A rule about rows counts its rows, one about the sheet counts once.
                rules[error.check.id] += len(error.failure_cases) if isinstance(error.check, Rule) else 1
    return rules, blank


@pytest.mark.parametrize(
    "code", [*ALL[::3], *(pytest.param(c, marks=pytest.mark.long) for c in ALL if c not in ALL[::3])]
)
def test_stock_pandera_has_the_same_verdict_per_rule(code: str) -> None:
    made = synthesise(theme(_THEME), _AREA, 150, 7, 0.2, _ANNOUNCED, returns=(code,))
    verdicts = 0
    for name, typed in made.returns[code].items():
        checked_by, frame = _schema(code, name), parsed(typed, code, sheet=name)
        assert type(checked_by.get_backend(frame)) is not type(_stock(checked_by).get_backend(frame))
        (ours, no_blank), (theirs, blank) = _broken(checked_by, frame), _broken(_stock(checked_by), frame)
        assert ours == theirs
        verdicts += len(ours)
        assert no_blank == set()
        required = {rule.column for rule in checked_by.checks if rule.id.endswith(".required") and ours[rule.id]}
        assert blank <= required
    assert verdicts > 3


def test_accepted_rows_are_valid_under_stock_pandera() -> None:
    frame = parsed(
        pl.DataFrame([{c.name: c.example for c in _LA.main.columns}]).drop("expected_date_of_birth"), "LA-DA"
    )
    assert _stock(_schema("LA-DA")).validate(frame, lazy=True).equals(frame)
    assert _schema("LA-DA").validate(frame, lazy=True).equals(frame)


def _sheets() -> Iterator[object]:
    for contract in CONTRACTS.values():
        yield from (pytest.param(contract, sheet, id=f"{contract.code}-{sheet.name}") for sheet in contract.sheets)


@pytest.mark.parametrize(("contract", "sheet"), _sheets())
def test_schema_states_columns_types_blanks_and_rules(contract: Contract, sheet: Sheet) -> None:
    checked_by = _schema(contract.code, sheet.name)
    assert isinstance(checked_by, pa.DataFrameSchema)
    for column in sheet.columns:
        cells, values = checked_by.columns[column.name], checked_by.columns[value(column.name)]
        assert (cells.dtype.type, values.dtype.type) == (pl.String, TYPES[column.type])
        assert (cells.nullable, values.nullable) == (column.required != "yes", True)
        assert (cells.description, cells.metadata["example"]) == (column.guidance, column.example)
    assert all(check.message and check.source for check in checked_by.checks)
    assert all(issubclass(type(check), pa.Check) for check in checked_by.checks)
    assert {rule.id for rule in sheet.whole} <= {check.id for check in checked_by.checks}


def test_a_column_may_be_blank_where_the_theme_has_no_rule_that_it_must_not() -> None:
    rules = {"inherits": "", "removes": ("LA-DA.sex.required",)}
    changed = CONTEXT.theme.model_copy(update={"rules": type(CONTEXT.theme.rules).model_validate(rules)})
    context = Context(changed, _ANNOUNCED, _AREA)
    assert schema_of(_LA, _LA.main, context).columns["sex"].nullable
    assert not schema_of(_LA, _LA.main, CONTEXT).columns["sex"].nullable


@pytest.mark.parametrize(("contract", "sheet"), _sheets())
def test_yaml_carries_columns_types_blanks_and_what_rules_say(contract: Contract, sheet: Sheet) -> None:
    checked_by = _schema(contract.code, sheet.name)
    text = checked_by.to_yaml()
    assert text is not None
    again = pa.DataFrameSchema.from_yaml(text)
    assert {n: (c.dtype, c.nullable, c.description) for n, c in again.columns.items()} == {
        n: (c.dtype, c.nullable, c.description) for n, c in checked_by.columns.items()
    }
    # The parser in C reads the same YAML, many times faster.
    stated = yaml.load(text, yaml.CSafeLoader)["metadata"]
    assert [(r["id"], r["message"], r["source"]) for r in stated["rules"]] == [
        (check.id, check.message, check.source) for check in checked_by.checks
    ]
    assert (stated["return"], tuple(stated["unstated"])) == (contract.code, UNSTATED)


def test_yaml_can_be_written_to_a_file(tmp_path: Path) -> None:
    checked_by, path = _schema("POL-1"), tmp_path / "pol-1.yaml"
    assert checked_by.to_yaml(path) is None
    with (tmp_path / "again.yaml").open("w") as out:
        checked_by.to_yaml(out)
    assert path.read_text() == checked_by.to_yaml() == (tmp_path / "again.yaml").read_text()


def test_page_says_what_yaml_leaves_out_and_its_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (_DOCS / "schemas.md").read_text(encoding="utf-8")
    assert all(f"- {thing}" in page.replace("\n  ", " ") for thing in UNSTATED)
    example = page.split("```python\n")[1].split("```")[0]
    assert len(example.splitlines()) <= 10
    cells = csv_of(_LA.main, [{"sex": "zz"}, {"la_child_id": "CH2", "nhs_number": None, "upn": None}])
    Path("LA-DA.csv").write_text(cells)
    exec(compile(example, "docs/schemas.md", "exec"), {})  # noqa: S102 - our own page
    assert "LA-DA.sex.code" in capsys.readouterr().out


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_l5_what_our_backend_reports_is_places_and_never_cells() -> None:
    frame = parsed(pl.DataFrame({"sex": [_CANARY, "M"], "postcode": [_CANARY, None]}), "LA-DA")
    with pytest.raises(SchemaErrors) as caught:
        _schema("LA-DA").validate(frame, lazy=True)
    cases = caught.value.failure_cases
    assert cases.filter(check="LA-DA.sex.code").select("column", "failures", "index").rows() == [("sex", 1, [0])]
    assert all(_CANARY not in text for text in (str(caught.value), cases.write_json(), repr(caught.value)))
    with pytest.raises(pa.errors.SchemaError) as first:
        _schema("LA-DA").validate(frame)
    assert _CANARY not in str(first.value)


def test_finding_of_a_check_that_is_taken_out_of_the_schema_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = {"sex": "zz", "postcode": "RG1"}
    assert set(checked(_LA, bad).by_rule) == {"LA-DA.sex.code", "ID.postcode.format"}

    def without(*args: object, **more: object) -> ReturnSchema:
        made = schema_of(*args, **more)  # type: ignore[arg-type]
        made.checks = [check for check in made.checks if check.id != "LA-DA.sex.code"]
        return made

    monkeypatch.setattr("validation.engine.checking.schema_of", without)
    assert set(checked(_LA, bad).by_rule) == {"ID.postcode.format"}


_OFF = {
    "off": partial(config_context, validation_enabled=False),
    "types only": partial(config_context, validation_depth=ValidationDepth.SCHEMA_ONLY),
}


@pytest.mark.parametrize("off", _OFF.values(), ids=list(_OFF))
def test_l9_no_return_has_a_verdict_where_pandera_is_switched_off(
    off: Callable[[], AbstractContextManager[None]],
) -> None:
    for row in ({}, {"sex": "zz"}):
        with off(), pytest.raises(OurFaultError, match="the rules were not run") as caught:
            checked(_LA, row)
        assert "ours, not yours" in str(caught.value)
    with off(), pytest.raises(OurFaultError):
        checked(_LA)


@pytest.mark.parts
def test_l9_environment_that_switches_pandera_off_is_a_fault_of_ours() -> None:
    program = (
        "from tests.validation.rows import checked\n"
        "from validation.contract.errors import OurFaultError\n"
        "from validation.returns import CONTRACTS\n"
        "try:\n    print(checked(CONTRACTS['LA-DA'], {}).verdict)\n"
        "except OurFaultError as fault:\n    print(fault.what)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(_DOCS.parent), "PANDERA_VALIDATION_ENABLED": "False"}
    made = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert made.stdout == "the rules were not run\n"


def test_l9_frame_whose_types_are_not_those_of_the_contract_is_a_fault_of_ours() -> None:
    frame = parsed(pl.DataFrame({"sex": ["M"]}), "LA-DA").with_columns(pl.lit(1).alias("sex__v"))
    with pytest.raises(InternalFaultError, match="the schema"):
        failures_of(_schema("LA-DA"), frame)
    with pytest.raises(InternalFaultError, match="the schema"):
        failures_of(_schema("LA-DA"), frame.drop("sex__v"))


def test_l9_rule_that_cannot_run_is_named_and_hides_nothing_that_others_found() -> None:
    checked_by = _schema("LA-DA")
    bad = Rule(
        "T.bad", column="sex", severity="error", fails_where=v("sex").cast(pl.Int64) > 1, message="m", source="s"
    )
    checked_by.checks.insert(5, bad)
    frame = parsed(pl.DataFrame({"sex": ["M", "??"]}), "LA-DA")
    failures = failures_of(checked_by, frame)
    assert failures.not_run == ("T.bad",)
    assert failures.records["LA-DA.sex.code" if "LA-DA.sex.code" in failures.records else "ID.sex.code"].to_list() == [
        1
    ]
    assert failures.records["T.bad"].is_empty()


def test_rules_are_evaluated_together_and_one_by_one_only_where_one_cannot_run(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = parsed(pl.DataFrame({"sex": ["zz", "F"]}), "LA-DA")
    together = failures_of(_schema("LA-DA"), frame)
    queries: list[int] = []
    select = pl.DataFrame.select

    def counted(self: pl.DataFrame, *expressions: pl.Expr, **named: pl.Expr) -> pl.DataFrame:
        if self is frame:
            queries.append(self.height)
        return select(self, *expressions, **named)

    monkeypatch.setattr(pl.DataFrame, "select", counted)
    rules = [rule for rule in _schema("LA-DA").checks if isinstance(rule, Rule)]
    hits = hits_of(frame, rules, {})
    assert len(queries) == 1 < len(rules)
    assert {rule: records.to_list() for rule, records in hits.items()} == {
        rule: records.to_list() for rule, records in together.records.items()
    }


def test_check_that_is_no_rule_is_refused_for_its_errors_would_quote_cells() -> None:
    checked_by = _schema("LA-DA")
    checked_by.checks.append(pa.Check(lambda data: data.lazyframe.select(pl.col("sex").is_null())))
    with pytest.raises(SchemaDefinitionError, match="is no rule"):
        checked_by.validate(parsed(pl.DataFrame({"sex": ["M"]}), "LA-DA"), lazy=True)


def test_rule_about_the_sheet_is_a_check_too() -> None:
    cells = pl.DataFrame(
        {"la_child_id": [f"CH{n}" for n in range(9)], "sex": ["U"] * 9, "date_of_birth": ["14/03/2020"] * 9}
    )
    rules, _ = _broken(_schema("LA-DA"), parsed(cells, "LA-DA"))
    assert rules["LA-DA.sex.unknown_share"] == 1
    unbound = next(rule for rule in _LA.main.whole if isinstance(rule, WholeRule))
    with pytest.raises(ValueError, match="checked under no request"):
        unbound.fault_of(parsed(cells, "LA-DA"))


@pytest.mark.parts
def test_naming_the_schema_costs_no_import_of_pandera_until_it_is_used() -> None:
    program = (
        "import sys, validation, validation.returns\n"
        "assert 'pandera.polars' not in sys.modules and 'validation.engine.schemas' not in sys.modules\n"
        "validation.schema\n"
        "assert 'pandera.polars' in sys.modules\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(_DOCS.parent)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    with pytest.raises(AttributeError, match="no attribute 'scheme'"):
        validation.scheme  # noqa: B018 - what is tested is that it cannot be read


@pytest.mark.parts
@pytest.mark.parametrize("module", ["portal.app", "cli.main", "flows.receive_returns", "validation.returns"])
def test_what_checks_nothing_starts_without_the_engine(module: str) -> None:
    program = (
        f"import sys, {module}\n"
        "print([name for name in sys.modules if name.startswith('pandera.') and 'polars' in name])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(_DOCS.parent)}
    made = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert made.stdout.splitlines()[-1] == "[]"


def test_sheet_or_return_that_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError):
        _schema("LA-DA", "Children")
    with pytest.raises(UnknownReturnError, match="There is no return 'LA-9'"):
        _schema("LA-9")
