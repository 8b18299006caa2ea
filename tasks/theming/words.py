"""Says whether words for shares of children mean the same in all areas of a report: counts alone, for its writers."""

from sqlmodel import Session

from models.tables import Inspection, ThemeReport
from tasks.drafting.loading import current_draft
from tasks.drafting.quantifiers import BY_CODE
from tasks.wording.drift import Drift, drift, uses_of


def word_drift(session: Session, row: ThemeReport) -> tuple[Drift, ...]:
    """Return what each quantifier stands for over the areas of a report; of sentences whose cases are named alone."""
    areas = {ref: session.get_one(Inspection, ref).area_name for ref in row.inspections}
    return drift(use for ref, area in areas.items() for use in uses_of(current_draft(session, ref), area))


def in_words(each: Drift) -> tuple[str, str, str]:
    """Return a drift as a row: the word, the shares it stands for, and whether it means the same everywhere."""
    name = BY_CODE[each.quantifier].name
    shares = f"{each.least:.0%} to {each.most:.0%} of the cases, in the middle {each.middle:.0%}"
    if f"{each.least:.0%}" == f"{each.most:.0%}":
        shares = f"{each.middle:.0%} of the cases"
    if len(each.areas) < 2:
        return name, shares, "used in 1 area alone"
    ends = f"{each.areas[0].area} ({each.areas[0].share:.0%}) and {each.areas[-1].area} ({each.areas[-1].share:.0%})"
    same = f"it does not mean the same in {ends}" if each.drifts else "it means about the same in all areas"
    return name, shares, same
