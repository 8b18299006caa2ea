"""Judgements as one inspector may read them: which are theirs to give, where others differ, how far all agree."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from models.ids import child_subject
from models.tables import AgreedJudgement, Judgement
from models.themes import Theme
from tasks.ground.database import transaction
from tasks.judging.agreement import Agreement, agreement
from tasks.judging.judgements import (
    JudgementStanding,
    agreed_of,
    judgements_of,
    reason_of,
    restricted_standing,
    standing,
    standing_of,
    tracked_labels,
)
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.sampling.restricted_cases import restricted_cases

READ = "judgements.read"
# Any fixed number: the interval is drawn by lot, and is to be the same at each reading.
_SEED = 2011


@dataclass(frozen=True, slots=True)
class JudgementBoard:
    """All children and areas as one inspector may know them, and how far the judgements agree."""

    rows: tuple[JudgementStanding, ...]
    agreement: Agreement

    def number(self, state: str) -> int:
        """Return how many children and areas are in a state."""
        return sum(row.state == state for row in self.rows)


@dataclass(frozen=True, slots=True)
class ReadJudgements:
    """One child and area with the words of those judgements that the reader may see."""

    standing: JudgementStanding
    reasons: tuple[tuple[Judgement, str], ...]
    agreed: tuple[AgreedJudgement, str] | None


def judgement_board(session: Session, ref: str, person: str) -> JudgementBoard:
    """Return every tracked child and area of evaluation as somebody may know it."""
    theme_ = theme_of(inspection_of(session, ref))
    restricted, settled = restricted_cases(session, ref), agreed_of(session, ref)
    rows = [row for row in judgements_of(session, ref) if not restricted.hides(row.child, row.draw_version)]
    by_thing: dict[tuple[str, str], list[Judgement]] = {}
    for row in rows:
        by_thing.setdefault((row.child, row.area), []).append(row)
    things = [(label, area.code) for label in tracked_labels(session, ref) for area in theme_.evaluation_areas]
    listed = tuple(
        restricted_standing(*thing)
        if restricted.hides(thing[0])
        else standing(*thing, by_thing.get(thing, []), settled.get(thing), person)
        for thing in things
    )
    return JudgementBoard(listed, agreement(on_scale(rows, theme_), seed=_SEED))


def on_scale(rows: Sequence[Judgement], theme_: Theme) -> list[list[int]]:
    """Return the judgements of each child and area as places on the theme's scale, in one order."""
    places = {each.code: place for place, each in enumerate(theme_.judgements)}
    units: dict[tuple[str, str], list[int]] = {}
    for row in sorted(rows, key=lambda row: (row.child, row.area, row.person_id)):
        units.setdefault((row.child, row.area), []).append(places[row.judgement])
    return list(units.values())


def read_judgements(ref: str, child: str, area: str, person: str, *, by: str) -> ReadJudgements:
    """Return one child and area with the words that the reader may see; the audit records the reading.

    Raises:
        JudgementError: there is no such tracked child or area.
    """
    with transaction() as session:
        now = standing_of(session, ref, child, area, person)
        reasons = tuple((row, reason_of(row)) for row in now.shown)
        agreed = (now.agreed, reason_of(now.agreed)) if now.agreed else None
        # Where no words are shown nothing was read.
        if reasons:
            facts: dict[str, object] = {"area": area, "judgements": len(reasons)}
            audit.append(session, ref, actor=by, action=READ, subject=child_subject(ref, child), facts=facts)
    return ReadJudgements(now, reasons, agreed)
