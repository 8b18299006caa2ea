"""Proposes a sample: draws from the frozen cohort with the committed seed, and asks for a decision (L10)."""

from datetime import timedelta

from sqlmodel import Session

from models.events import Event
from models.ids import VersionSubject, once_key
from models.keys import by_content, sample_folder
from models.lifecycle import Stage
from models.tables import Inspection, SampleDraw
from models.tables.base import utc_now
from models.version import CODE_VERSION
from tasks.cohort.frozen import restricted_children
from tasks.cohort.versions import KEEP_DAYS, cohort_in_force
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ground.keys import seed_for
from tasks.ground.tables import table_at
from tasks.ledger import audit
from tasks.ledger.moves import move_stage
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import digest_of, theme_of
from tasks.ledger.work import Claim, HeldError, finish
from tasks.people.notices import write_notice
from tasks.sampling import coverage, draw, manifest, manifest_bytes
from tasks.sampling.draws import eliminated_before
from tasks.sampling.report import keep_report

_ACTOR = "system: propose-sample"


def draw_name(claimed: Claim) -> str:
    """Return what people call the work: the area and the draw's number."""
    with transaction() as session:
        number = VersionSubject.parse(claimed.subject).number
        return f"{inspection_of(session, claimed.inspection).area_name} - draw {number}"


def propose(claimed: Claim) -> str:
    """Draw from the frozen frame with the seed that was committed at the announcement, and ask for a decision.

    Raises:
        HeldError: which children a person has restricted is still looked for.
    """
    number = VersionSubject.parse(claimed.subject).number
    with transaction() as session:
        inspection = inspection_of(session, claimed.inspection)
        cohort = cohort_in_force(session, claimed.inspection)
        # Children whom a person eliminated for good stay out of every later draw.
        restricted = restricted_children(session, cohort)
        if restricted is None:
            raise HeldError("A person has restricted the use of rows, which are still looked for in these returns.")
        # Those who are restricted stay out of this draw, and can be drawn again once that is lifted.
        out = sorted({*eliminated_before(session, inspection.ref, number), *restricted})
        theme_digest = digest_of(session, inspection.ref)
    # Outside the transaction: a draw with its simulated chances takes a while, and locks nothing meanwhile.
    theme_, seed = theme_of(inspection), seed_for(inspection, number)
    frame = table_at(cohort.frame_key)
    sample = draw(frame, theme_.sampling, seed, out)
    document = manifest(
        *(sample, cohort.frame_digest, theme_, seed, CODE_VERSION),
        number=number,
        without=out,
        theme_digest=theme_digest,
    )
    record = manifest_bytes(document)
    key = by_content(sample_folder(inspection.ref, number), "manifest", sha256(record), "json")
    stored = store.put_once(key, record, keep_until=utc_now() + timedelta(days=KEEP_DAYS))
    row = SampleDraw(
        inspection=inspection.ref,
        version=number,
        cohort_version=cohort.version,
        manifest_key=stored.key,
        manifest_sha256=sha256(record),
        seed=seed,
        tracked=sum(1 for row in sample.chosen() if row.set == "tracked"),
        sampled=sum(1 for row in sample.chosen() if row.set == "sampled"),
        notes=list(sample.shortfalls),
        drawn_at=inspection.now(),
    )
    keep_report(row, coverage(frame, theme_.sampling, sample, out))
    with transaction() as session:
        finish(session, claimed)
        _record(session, inspection, row)
    return f"{row.tracked} tracked, {row.sampled} sampled"


def _record(session: Session, inspection: Inspection, row: SampleDraw) -> None:
    inspection = inspection_of(session, inspection.ref, lock=True)
    session.add(row)
    counts = {"tracked": row.tracked, "sampled": row.sampled}
    facts = {
        "draw": row.version,
        "cohort": row.cohort_version,
        "seed": row.seed,
        "manifest_sha256": row.manifest_sha256,
        "coverage_sha256": row.coverage_sha256,
        "gaps": len(row.gaps),
        **counts,
    }
    audit.append(session, inspection.ref, actor=_ACTOR, action="sample.drawn", subject=inspection.ref, facts=facts)
    move_stage(session, inspection, Stage.SAMPLE_PROPOSED, actor=_ACTOR, facts={"draw": row.version})
    tell(session, Event.SAMPLE_PROPOSED, inspection.ref, inspection.ref, {"draw": row.version, **counts})
    once = once_key(inspection.ref, "sample", row.version)
    # Both may decide on it.
    for role in ("manager", "lead"):
        own = once_key(once, role)
        write_notice(session, "sample_proposed", role, once=own, inspection=inspection.ref, facts=counts)
