"""Several areas with published letters: one that went the whole way, and copies of its rows under other areas."""

from sqlmodel import select

from models.areas import areas
from models.events import Owed
from models.tables import Base, Finding, Inspection, KeptTheme, Letter, Paragraph, ParagraphVersion
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tasks.jobs.compile_report import compile_report
from tasks.ledger.work import claim
from tests.tasks.letters.test_publication import GOOD

_OF_INSPECTION: tuple[type[Base], ...] = (KeptTheme, Letter, Finding, Paragraph, ParagraphVersion)
FIRST, SECOND, THIRD = "manager: P-AAAAAAAA", "manager: P-BBBBBBBB", "manager: P-CCCCCCCC"
OTHERS = ("E06000001", "E06000002", "E08000035", "E09000007", "E10000014")


def copied(ref: str, gss: str) -> str:
    """Copy an inspection with its findings, draft and letter to another area, and return the copy's reference."""
    area = areas()[gss].name
    other = ref.replace("slough", area.lower().replace(" ", "-"))
    with transaction() as session:
        row = session.get_one(Inspection, ref)
        session.add(Inspection(**{**row.model_dump(), "ref": other, "area_gss": gss, "area_name": area}))
        session.flush()
        for table in _OF_INSPECTION:
            column = table.inspection  # type: ignore[attr-defined]
            for each in session.exec(select(table).where(column == ref)).all():
                session.add(table(**{**each.model_dump(), "inspection": other}))
            session.flush()
    return other


def six(ref: str) -> list[str]:
    """Return six inspections of as many areas whose letters are published."""
    return [ref, *(copied(ref, gss) for gss in OTHERS)]


def compiled_reports() -> list[str]:
    """Compile every report that is owed, and return what came of each."""
    done = []
    while claimed := claim(Owed.COMPILE_REPORT):
        done.append(compile_report(claimed))
    return done


def tagged(ref: str, *tags: str) -> None:
    """Record a finding with tags."""
    words = {**{name: getattr(GOOD, name) for name in GOOD.__slots__}, "tags": tags}
    record_finding(ref, type(GOOD)(**words), by="A Lee")
