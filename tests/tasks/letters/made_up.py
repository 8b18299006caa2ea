"""A letter of findings made for tests."""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from models.states import LetterStatus
from models.themes import theme
from models.timetable import timetable
from tasks.letters.disclosure import numbers
from tasks.letters.facts import (
    DatedStep,
    Determination,
    EvidenceFacts,
    EvidenceReference,
    LetterAddressee,
    LetterFacts,
    LetterFinding,
    LetterSignatory,
    Passage,
    Recipient,
)

HOSTILE = '#strong[x] *y* $z$ <script>alert(1)</script> & {{ 7*7 }} {% raw %} \\ "q" @ref `code` = head'
_AGES = ("unborn", "0-1", "2-4", "5-7")
_STATUSES = ("child_protection_plan", "child_in_need_plan", "early_help", "not known to council")


def cohort() -> pl.DataFrame:
    """Return a frame whose cells are large and small: 3 in one, 30 or more in others."""
    rows = [
        (age, status, 3 if (i, j) == (0, 0) else 20 + 7 * i + j)
        for i, age in enumerate(_AGES)
        for j, status in enumerate(_STATUSES)
    ]
    children = [(age, status) for age, status, times in rows for _ in range(times)]
    agencies = [["police"] if status.startswith("not") else ["local_authority", "police"] for _, status in children]
    return pl.DataFrame(children, schema=["age_band", "plan_status"], orient="row").with_columns(
        pl.Series("agencies", agencies)
    )


def findings() -> tuple[LetterFinding, ...]:
    """Return one finding of each category, one of them hostile, with one to three pieces of evidence."""
    tracked = EvidenceReference("case_tracking", "police", "T3", "POL-1", "7", (4, 9), "ab" * 32)
    staff = EvidenceReference("staff", "local_authority")
    return (
        LetterFinding(
            "F01",
            "strength",
            "EA01",
            "Midwives ask every time",
            "They ask early.",
            ("unborn",),
            ("health",),
            (tracked, staff),
        ),
        LetterFinding(
            "F02", "improvement", "EA07", "Information comes late", HOSTILE, (), ("police", "probation"), (tracked,)
        ),
        LetterFinding(
            "F03", "priority_action", "EA02", "Some decisions leave children at risk", "They wait.", (), (), ()
        ),
        LetterFinding(
            "F04", "practice_study", "EA10", "A worker in each refuge", "Children talk.", (), (), (staff, tracked)
        ),
    )


def passages() -> tuple[Passage, ...]:
    """Return what people wrote of those findings."""
    late = ("police", "probation")
    return (
        Passage("headline", "Some decisions leave children at risk.\n\nInformation comes late."),
        Passage("priority", "Some decisions leave children at risk. They wait."),
        Passage("improve", "How soon information comes.", agencies=late),
        Passage("strengths", "Midwives ask every time.", agencies=("health",)),
        Passage("main", "They ask early.", agencies=("health",)),
        Passage("main", HOSTILE, agencies=late),
        Passage("practice", "Children talk.", "A worker in each refuge"),
    )


NAMES = ("Ada Reed", "Ben Shah", "Cora Blake", "Dev Okoro")
STATEMENT = Determination(True, "Reading Borough Council", "statements@ofsted.test", date(2025, 8, 13))


def facts(**changes: Any) -> LetterFacts:
    """Return the facts of a draft letter to Reading, with changes."""
    asked = theme("domestic-abuse-2024")
    steps = tuple(DatedStep(d.step, d.label, d.date) for d in timetable(asked, date(2025, 2, 24)))
    made = LetterFacts(
        area_name="Reading",
        gss="E06000038",
        theme=asked,
        rehearsal=False,
        dates=steps,
        inspectorates=asked.inspectorates,
        passages=passages(),
        addressees=(
            LetterAddressee("Ellen Marsh", "Chief Executive", "Reading Borough Council"),
            LetterAddressee("Omar Quist", "Police and Crime Commissioner", ""),
        ),
        signatories=tuple(
            LetterSignatory(name, "Chief Inspector", body)
            for name, body in zip(NAMES, asked.inspectorates, strict=True)
        ),
        determination=STATEMENT,
        recipients=(
            Recipient("Reading Borough Council", "Civic Offices, Reading RG1 2LU", "www.reading.gov.uk"),
            Recipient("Thames Valley Police", "Oxford Road, Kidlington OX5 2NX", "www.thamesvalley.police.uk"),
        ),
        status=LetterStatus.DRAFT,
    )
    if made.status != changes.get("status", made.status) == LetterStatus.PUBLISHED:
        changes.setdefault("published", date(2025, 5, 7))
    return replace(made, **changes)


def evidence(letter: LetterFacts | None = None, **changes: Any) -> EvidenceFacts:
    """Return what stands behind a letter to Reading, with changes."""
    behind = EvidenceFacts(letter or facts(), findings(), numbers(cohort()), tracked=7, sampled=40)
    return replace(behind, **changes)
