"""The page of all rules, from the contracts: `python -m validation.rulebook` brings `docs/rules.md` up to date."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from models.areas import area
from models.themes import theme
from validation.context import Context, long
from validation.engine import rules_of
from validation.model import Contract, Rule, Severity
from validation.returns import CONTRACTS

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"
_EXAMPLE = Context(
    theme("domestic-abuse-2024"), date(2025, 2, 24), "E06000038", sample_refs=("C-7F3K",), agency="police"
)
_HEAD = "| Rule | Weight | Column | What the sender reads | Source |"
_MEANS: dict[Severity, str] = {
    "error": "must be mended before the return is accepted",
    "query": "is mended, or explained once",
    "info": "is counted and asks for nothing",
}


def page(context: Context = _EXAMPLE) -> str:
    """Return the page: every return with every rule of each of its sheets, as under one request."""
    return "\n".join(line.rstrip() for line in _lines(context)) + "\n"


def counts(context: Context = _EXAMPLE) -> dict[str, int]:
    """Return how many rules there are of each return, those of shared blocks counted in each."""
    return {
        code: sum(len(rules_of(contract, sheet, context)) for sheet in contract.sheets)
        for code, contract in CONTRACTS.items()
    }


def _lines(context: Context) -> Iterator[str]:
    where = area(context.gss).name if context.gss else "any area"
    yield from (
        "# The rules of every return",
        "",
        "Written from the contracts by `python -m validation.rulebook`; do not edit it by hand.",
        "",
        f"Dates and names stand for one request as an example: {context.theme.title.lower()}, announced in {where} on "
        f"{long(context.announced)}. A theme can switch rules off or give them another weight; here the theme is "
        f"`{context.theme.rule_set}`.",
        "",
        *(f"- **{severity}** {means}." for severity, means in _MEANS.items()),
        "",
        "| Return | Title | Rules |",
        "| --- | --- | ---: |",
    )
    for code, count in counts(context).items():
        yield f"| [{code}](#{code.lower()}) | {CONTRACTS[code].title} | {count} |"
    for contract in CONTRACTS.values():
        yield from _return(contract, context)


def _return(contract: Contract, context: Context) -> Iterator[str]:
    yield from ("", f"## {contract.code}", "", f"{contract.title}. {contract.purpose}")
    for sheet in contract.sheets:
        if len(contract.sheets) > 1:
            yield from ("", f"### {contract.code}, sheet {sheet.name}")
        yield from ("", _HEAD, "| --- | --- | --- | --- | --- |")
        yield from (_row(rule) for rule in rules_of(contract, sheet, context))


def _row(rule: Rule) -> str:
    cells = (f"`{rule.id}`", rule.severity, rule.column, rule.message, rule.source)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
