"""An inspection whose letter is published, so that its plan can be sent, with a letter of four parts."""

from datetime import date, datetime, timedelta

from models.england import ENGLAND
from models.keys import by_content, letter_folder
from models.lifecycle import Stage
from models.states import LetterStatus
from models.tables import Inspection, Letter, Statement
from models.timetable import add_working_days
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_document, sha256
from tasks.inspection.days import day_of
from tasks.inspection.rehearsal_clock import set_clock
from tasks.plans.values import Action
from tests.tasks.steps import moved_to

PASSAGES = (
    ("priority", "Information is not shared.\n\nChildren are at risk."),
    ("improve", "The timeliness of strategy discussions."),
    ("improve", "How well the voices of young children are heard."),
    ("improve", "Oversight by leaders."),
)
BY = "local_authority officer: P-AAAAAAAA"
INSPECTOR, LEAD = "inspector: P-BBBBBBBB", "lead_inspector: P-CCCCCCCC"
GOOD = Action(
    "",
    "IMPROVE-1",
    "Hold each strategy discussion within 1 working day",
    "Thames Valley Police",
    "90% within 1 working day, from a monthly audit of 20 cases",
    date(2025, 12, 1),
)


def letter_of(ref: str, passages: tuple[tuple[str, str], ...] = PASSAGES, version: int = 1) -> None:
    """Keep a published letter with some passages, as the compiler writes its record."""
    data = canonical_document({"passages": [{"section": section, "text": text} for section, text in passages]})
    folder = letter_folder(ref, LetterStatus.PUBLISHED, version)
    key = store.put_once(by_content(folder, "letter", sha256(data), "json"), data).key
    with transaction() as session:
        now = session.get_one(Inspection, ref).now()
        session.add(
            Letter(
                inspection=ref,
                status=LetterStatus.PUBLISHED,
                version=version,
                keys=[key],
                evidence_keys=[],
                sha256=sha256(data),
                compiled_at=now,
            )
        )


def publish_letter(ref: str, agency: str = "local_authority") -> None:
    """Take an inspection in fieldwork to where its statement is due from an agency, a week after publication."""
    moved_to(ref, Stage.FINDINGS_DRAFTING, Stage.FACTUAL_ACCURACY, Stage.PRE_PUBLICATION)
    with transaction() as session:
        published = day_of(session, ref, "publication")
    clock_at(ref, add_working_days(published, 5))
    with transaction() as session:
        due = session.get_one(Inspection, ref).now() + timedelta(days=91)
        session.add(
            Statement(
                inspection=ref,
                needed=True,
                principal_authority="Slough Borough Council",
                authority_agency=f"{ref}/{agency}",
                due_at=due,
                decided_by=LEAD,
                published_on=published,
            )
        )
    letter_of(ref)
    moved_to(ref, Stage.PUBLISHED, Stage.STATEMENT_DUE)


def clock_at(ref: str, day: date, hour: int = 10) -> None:
    """Set the clock of an inspection to an hour of a day."""
    set_clock(ref, datetime(day.year, day.month, day.day, hour, tzinfo=ENGLAND), by="test")
