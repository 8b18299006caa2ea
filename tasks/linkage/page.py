"""What is compared, at which weights and thresholds, as tables of docs/linkage.md; `python -m` writes them anew."""

from math import log2
from pathlib import Path

from tasks.linkage.clusters import Guard
from tasks.linkage.linking import DOUBTED, FLOOR, JOINED
from tasks.linkage.model import BLOCKS, COMPARISONS, shipped
from tasks.linkage.tiers import TIERS

BEGIN, END = "<!-- made from the code: begin -->", "<!-- made from the code: end -->"
PAGE = Path(__file__).parents[2] / "docs" / "linkage.md"

_GUARDS = {
    Guard.REGISTER: "2 forenames or sexes in one return, 2 numbers of the council's list",
    Guard.NUMBERS: "the same, and valid numbers that differ",
    Guard.RETURN: "the same, and a return that holds both",
}
_LEVELS = {
    "name": (
        "forename and surname the same", "forename and surname exchanged", "forename the same, surname alike",
        "forename alike, surname the same", "both alike", "forename alone the same", "surname alone the same",
    ),
    "birth": ("the same", "a slip apart", "the same year and month, or within 31 days", "the same year"),
    "postcode": ("the same", "one sign apart", "the same district"),
    "sex": ("the same",),
    "nhs": ("the same",),
}  # fmt: skip


def tables() -> str:
    """Return the tables of the page: rungs, weights and thresholds, as the code has them."""
    return "\n\n".join((_rungs(), _weights(), _thresholds()))


def _rungs() -> str:
    rows = [f"| {n} | {tier.name} | {tier.probability} | {_GUARDS[tier.guard]} |" for n, tier in enumerate(TIERS, 1)]
    return "\n".join(("| rung | evidence | probability | what it is refused by |", "|---|---|---|---|", *rows))


def _weights() -> str:
    rows = []
    for name, levels in shipped().weights.items():
        words = (*_LEVELS[name], "anything else")
        rows += [
            f"| {name} | {word} | {m:g} | {u:g} | {log2(m / u):+.1f} |"
            for word, (m, u) in zip(words, levels, strict=True)
        ]
    headings = "| compared | level | m, of one child | u, of two children | weight, bits |", "|---|---|---|---|---|"
    return "\n".join((*headings, *rows))


def _thresholds() -> str:
    blocks = "; ".join(f"`{block}`" for block in BLOCKS)
    return (
        f"Joined from p = {JOINED:g}; asked about from p = {DOUBTED:g}; weights of the area's own from {FLOOR:,} joins "
        f"by the ladder. {len(COMPARISONS)} comparisons; pairs are scored that share one of {len(BLOCKS)} blocks: "
        f"{blocks}."
    )


def main() -> None:
    """Write the tables into the page."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables()}\n\n{END}{after}")


if __name__ == "__main__":
    main()
