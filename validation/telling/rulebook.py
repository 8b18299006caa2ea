"""The page of all rules, from the contracts: `python -m validation.telling.rulebook` keeps `docs/rules.md` true."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from models.areas import area
from models.themes import shipped, theme
from models.words import long
from validation.across import CROSS_RULES
from validation.across.rule_sets import rule_set
from validation.contract.context import Context
from validation.contract.derived import derived
from validation.contract.model import Contract, Sheet
from validation.contract.rules import Declared, Rule, Severity, WholeRule
from validation.files.rules import FILE_RULES
from validation.returns import CONTRACTS
from validation.returns.by_theme import for_theme

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
EXAMPLE = Context(
    theme("domestic-abuse-2024"), date(2025, 2, 24), "E06000038", sample_refs=("C-7F3K",), agency="police"
)
_HEAD = ("| Rule | Weight | Column | What the sender reads | Source |", "| --- | --- | --- | --- | --- |")
_MEANS: dict[Severity, str] = {
    "error": "must be fixed before the return is accepted",
    "query": "is fixed, or explained once",
    "info": "is counted and asks for nothing",
}
_ONLY = "where a theme adds it"


def page(context: Context = EXAMPLE) -> str:
    """Return the page: every rule of every sheet, of a file as a file, and across returns, as under one request."""
    return "\n".join(line.rstrip() for line in _lines(context)) + "\n"


def declared(contract: Contract, sheet: Sheet, context: Context = EXAMPLE) -> tuple[Rule | WholeRule, ...]:
    """Return every rule of a sheet, those that hold under other themes alone after the others."""
    rules: dict[str, Rule | WholeRule] = {rule.id: rule for rule in derived(contract, sheet)}
    for other in (context, *_elsewhere(context)):
        here = (rule for rule in sheet.rules(other) if rule.column in sheet.names)
        rules.update({rule.id: rule for rule in here if rule.id not in rules})
    return (*rules.values(), *sheet.whole)


def _elsewhere(context: Context) -> Iterator[Context]:
    return (replace(context, theme=theme(name)) for name in shipped())


def _of_other_columns(contract: Contract, sheet: Sheet, context: Context) -> Iterator[tuple[Rule, str]]:
    """Yield each rule about a column that only another theme asks for, with that theme."""
    for other in _elsewhere(context):
        theirs = for_theme(contract, other.theme.lists, other.theme.age_band.unborn)
        there = next(each for each in theirs.sheets if each.name == sheet.name)
        for rule in (*derived(theirs, there), *there.rules(other)):
            if rule.column in there.names and rule.column not in sheet.names:
                yield rule, other.theme.id


def counts(context: Context = EXAMPLE) -> dict[str, int]:
    """Return how many rules there are of each return, those of shared blocks counted in each."""
    return {
        code: sum(len(declared(contract, sheet, context)) for sheet in contract.sheets)
        for code, contract in CONTRACTS.items()
    }


def _lines(context: Context) -> Iterator[str]:
    where = area(context.gss).name if context.gss else "any area"
    yield from (
        "# The rules of every return",
        "",
        "Written from the contracts by `python -m validation.telling.rulebook`; do not edit it by hand.",
        "",
        f"Dates and names stand for one request as an example: {context.theme.title.lower()}, announced in {where} on "
        f"{long(context.announced)}. A theme can switch rules off, add rules that hold only where a theme asks for "
        f"them, or give rules another weight; [the rule sets](#rule-sets) are at the end, and here the theme is "
        f"`{context.theme.rule_set}`.",
        "",
        *(f"- **{severity}** {means}." for severity, means in _MEANS.items()),
        "",
        "| Return | Title | Rules |",
        "| --- | --- | ---: |",
    )
    for code, count in counts(context).items():
        yield f"| [{code}](#{code.lower()}) | {CONTRACTS[code].title} | {count} |"
    yield "| [Across returns](#across-returns) | What one return says and another does not bear out | "
    f"{len(CROSS_RULES)} |"
    yield f"| [The file](#the-file) | What can be wrong with a file before its rows are read | {len(_of_files())} |"
    for contract in CONTRACTS.values():
        yield from _return(contract, context)
    yield from _across()
    yield from _file()
    yield from _rule_sets()


def _return(contract: Contract, context: Context) -> Iterator[str]:
    yield from ("", f"## {contract.code}", "", f"{contract.title}. {contract.purpose}")
    for sheet in contract.sheets:
        if len(contract.sheets) > 1:
            yield from ("", f"### {contract.code}, sheet {sheet.name}")
        yield from ("", *_HEAD)
        yield from (_rule(rule) for rule in declared(contract, sheet, context))
        for rule, theme_id in _of_other_columns(contract, sheet, context):
            weight = f"{rule.severity} in {theme_id}"
            yield _row((f"`{rule.id}`", weight, rule.column, rule.sentence, rule.source))


def _rule(rule: Rule | WholeRule) -> str:
    return _row((f"`{rule.id}`", _weight(rule), rule.column, rule.sentence, rule.source))


def _weight(rule: Declared) -> str:
    return f"{rule.severity} {_ONLY}" if rule.added else rule.severity


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _across() -> Iterator[str]:
    yield from (
        "",
        "## Across returns",
        "",
        "Run whenever a return is accepted or replaced, as soon as the returns that a check compares are in. Each "
        "agency is told of rows of its own file and of nothing that another agency wrote; an error asks for a fixed "
        "version, a query for that or an explanation. X09 to X12 can be told from one return alone, so they stand "
        "among the rules of the returns and of the file.",
        "",
        "| Rule | Weight | Reported on | What the sender reads | Source |",
        _HEAD[1],
    )
    for rule in CROSS_RULES:
        on = "; ".join(f"{code} {column}" for code, column in rule.on.items())
        yield _row((f"`{rule.id}`", _weight(rule), on, rule.message, rule.source))


def _of_files() -> frozenset[str]:
    return frozenset(rule.id for rule in FILE_RULES)


def _file() -> Iterator[str]:
    yield from (
        "",
        "## The file",
        "",
        "What can be wrong with a file before, or apart from, what its cells hold. Names, numbers and dates in the "
        "sentences are examples.",
        "",
        "| Rule | Weight | What the sender reads | Source |",
        "| --- | --- | --- | --- |",
    )
    for rule in sorted(FILE_RULES, key=lambda rule: (rule.id, rule.severity, rule.sentence)):
        yield _row((f"`{rule.id}`", rule.severity, rule.sentence, rule.source))


def _rule_sets() -> Iterator[str]:
    yield from (
        "",
        "## Rule sets",
        "",
        "| Rule set | Inherits | Adds | Removes | Changes the weight of |",
        _HEAD[1],
    )
    for theme_ in map(theme, shipped()):
        rules = rule_set(theme_)
        weighs = (f"`{rule}` as {severity}" for rule, severity in sorted(rules.severities.items()))
        adds, removes = (", ".join(f"`{rule}`" for rule in sorted(ids)) for ids in (rules.adds, rules.removes))
        inherits = f"`{theme_.rules.inherits}`" if theme_.rules.inherits else "the contracts' own"
        yield _row((f"`{rules.name}`", inherits, adds, removes, ", ".join(weighs)))


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
