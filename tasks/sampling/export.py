"""The files with which anybody entitled can check a draw elsewhere: manifest, frame, decisions, coverage (L4, L10)."""

from datetime import UTC

from sqlmodel import Session

from models.tables import SampleDraw
from tasks.cohort.versions import cohort_of
from tasks.ground import store
from tasks.sampling import decisions_bytes, decisions_record
from tasks.sampling.draws import cohort_read, decisions_on, eliminated_before, record_of, rows_on

MANIFEST, FRAME, DECISIONS, COVERAGE = "manifest.json", "cohort.parquet", "decisions.json", "coverage.json"


def draw_files(session: Session, drawn: SampleDraw) -> dict[str, bytes]:
    """Return name -> content of what `jtai sample verify` needs; pseudonyms, so only for those entitled (L5)."""
    cohort = cohort_of(session, drawn)
    files = {
        MANIFEST: store.get(drawn.manifest_key),
        FRAME: store.get(cohort.frame_key),
        DECISIONS: decisions_file(session, drawn),
    }
    return files | ({COVERAGE: store.get(drawn.coverage_key)} if drawn.coverage_key else {})


def decisions_file(session: Session, drawn: SampleDraw) -> bytes:
    """Return the replacement ledger of a draw: each decision with who, why and when, and the sample in force."""
    record = record_of(drawn)
    # As the draw was made: who was restricted then may not be so now.
    out = record.get("without", eliminated_before(session, drawn.inspection, drawn.version))
    document = decisions_record(record, decisions_on(session, drawn), out, cohort_read(session, drawn))
    for step, row in zip(document["decisions"], rows_on(session, drawn), strict=True):
        step["decided_at"] = row.decided_at.astimezone(UTC).isoformat()
    return decisions_bytes(document)
