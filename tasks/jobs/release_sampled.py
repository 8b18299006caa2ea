"""Releases the wider sample: each agency learns which of its children are in it, and again whenever that changes."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import polars as pl
from sqlmodel import Session, select

from models.ids import agency_kind, agency_name, once_key
from models.keys import by_content, sampled_folder
from models.lifecycle import Stage
from models.tables import Agency, Inspection, SampledList
from models.tables.base import utc_now
from models.themes import Theme
from models.words import plural
from tasks.basis.holding import LOOKED_AT_AGAIN
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.own_records import rows_of
from tasks.cohort.versions import cohort_of, newest_draw
from tasks.evaluations.sampled_lists import SampledChild, book_of, newest_lists
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.inspection.releasing import may_ask
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.ledger.themes import theme_of
from tasks.ledger.work import Claim, finish, put_off
from tasks.people.notices import write_notice
from tasks.sampling.draws import decisions_on, ever_chosen, sample_now
from validation.files.parts import row_in_words

_ACTOR = "system: open-evaluations"


@dataclass(frozen=True, slots=True)
class MadeList:
    """A list that is stored and not recorded yet: the agency, where it lies, and who is on it."""

    agency_id: str
    key: str
    book_key: str
    sha256: str
    cases: tuple[str, ...]
    withdrawn: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MadeLists:
    """The lists of all agencies, made of a draw and so many decisions on it."""

    draw_version: int
    decisions: int
    lists: tuple[MadeList, ...]


def sampled_name(claimed: Claim) -> str:
    """Return what people call the work: the area and what is released."""
    with transaction() as session:
        return f"{inspection_of(session, claimed.inspection).area_name} - wider sample"


def release_sampled(claimed: Claim) -> str:
    """Give each agency a new version of its list where the wider sample changed for it; safe to repeat."""
    with transaction() as session:
        # A basis may be entered while the inspection is paused, and no names of children go out then.
        if inspection_of(session, claimed.inspection).stage == Stage.DEFERRED:
            put_off(session, claimed, utc_now() + LOOKED_AT_AGAIN)
            return "held"
    made = make_lists(claimed.inspection)
    with transaction() as session:
        finish(session, claimed)
        inspection = inspection_of(session, claimed.inspection, lock=True)
        number = record_lists(session, inspection, made)
    return plural(number, "new list")


def make_lists(ref: str) -> MadeLists:
    """Store the list of each agency that knows a child of the wider sample, or knew one who has left it."""
    with transaction() as session:
        inspection, drawn = inspection_of(session, ref), newest_draw(session, ref)
        if drawn is None:
            raise RuntimeError("The wider sample was to be released before any sample was drawn.")
        decisions = len(decisions_on(session, drawn))
        points = {row.label: (row.stratum, row.child) for row in ever_chosen(session, drawn) if row.set == "sampled"}
        # Whoever left the sample stays on the list as withdrawn, for the agencies that have begun on the file.
        now = {row.label for row in sample_now(session, drawn).chosen("sampled")}
        earlier = newest_lists(session, ref)
        cohort = cohort_of(session, drawn)
        agencies = owing(session, inspection)
    identifiers, theme_ = identifiers_of(cohort), theme_of(inspection)
    made = []
    for agency in agencies:
        before = earlier.get(agency)
        was_listed = {*before.cases, *before.withdrawn} if before else set()
        shown = {label: at for label, at in points.items() if label in now | was_listed}
        children = listed(shown, rows_of(identifiers, theme_, agency), theme_, agency_kind(agency), now)
        if children:
            made.append(_stored(inspection, agency, children))
    return MadeLists(drawn.version, decisions, tuple(made))


def owing(session: Session, inspection: Inspection) -> list[str]:
    """Return the agencies of the kinds that owe a return, in the theme's order; the others have no records here."""
    kinds = dict.fromkeys(requirement.agency for requirement in theme_of(inspection).returns)
    rows = session.exec(select(Agency).where(Agency.inspection == inspection.ref).order_by(Agency.id)).all()
    return [row.id for kind in kinds for row in rows if row.kind == kind]


def listed(
    points: Mapping[str, tuple[str, str]], records: pl.DataFrame, theme_: Theme, kind: str, now: Iterable[str]
) -> tuple[SampledChild, ...]:
    """Return the list for one agency: what is wanted of it, and what its own records say; nothing of others' (L5).

    Args:
        points: label of a child -> the decision point at which it was sampled, and its pseudonym.
        records: that the agency sent.
        theme_: of the inspection.
        kind: of the agency.
        now: labels of the children who are in the sample.
    """
    own = records.sort("child", "return", "row").unique("child", keep="first", maintain_order=True)
    by_child = {row["child"]: row for row in own.iter_rows(named=True)}
    in_force = set(now)
    # S2 before S10.
    labels = sorted((label for label, (_, child) in points.items() if child in by_child), key=lambda at: int(at[1:]))
    return tuple(_child(label, points[label], by_child, theme_, kind, label not in in_force) for label in labels)


def _child(
    label: str,
    at: tuple[str, str],
    by_child: Mapping[str, Mapping[str, object]],
    theme_: Theme,
    kind: str,
    withdrawn: bool,
) -> SampledChild:
    point, child = at
    row, words = by_child[child], {each.key: each.label for each in theme_.sampling.decision_points}
    # A kind of agency that has no part in the decision learns neither that it was taken, nor what others hold of it.
    wanted = next((records for name, records in theme_.sampled.points[point].records.items() if name == kind), ())
    return SampledChild(
        label=label,
        point=words[point] if wanted else "",
        records=wanted or theme_.sampled.records,
        forename=_text(row["forename"]),
        surname=_text(row["surname"]),
        date_of_birth=_text(row["date_of_birth"]),
        expected_date_of_birth=_text(row["expected_date_of_birth"]),
        found_in=f"{row['return']} row {row_in_words(int(str(row['row'])))}",
        withdrawn=withdrawn,
    )


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def _stored(inspection: Inspection, agency: str, children: tuple[SampledChild, ...]) -> MadeList:
    folder = sampled_folder(inspection.ref, agency_name(agency))
    rows, book = canonical_json([asdict(child) for child in children]), book_of(children)
    key = store.put_once(by_content(folder, "children", sha256(rows), "json"), rows).key
    book_key = store.put_once(by_content(folder, "children", sha256(book), "xlsx"), book).key
    cases = tuple(child.label for child in children if not child.withdrawn)
    withdrawn = tuple(child.label for child in children if child.withdrawn)
    return MadeList(agency, key, book_key, sha256(rows), cases, withdrawn)


def record_lists(session: Session, inspection: Inspection, made: MadeLists) -> int:
    """Record the lists that are new, and write to their agencies; return how many they are.

    An agency for which a basis is missing gets none: its list is owed again once there is one. The caller has locked
    the inspection.
    """
    newest, theme_ = newest_lists(session, inspection.ref), theme_of(inspection)
    return sum(
        _record(session, inspection, made, own, newest.get(own.agency_id))
        for own in made.lists
        if may_ask(session, inspection, session.get_one(Agency, own.agency_id), theme_)
    )


def _record(
    session: Session, inspection: Inspection, made: MadeLists, own: MadeList, before: SampledList | None
) -> bool:
    # The same list again is no news, and one that knows fewer decisions than the newest comes too late.
    if before and (before.sha256 == own.sha256 or before.decisions > made.decisions):
        return False
    if before is None and not own.cases:
        return False
    release = SampledList(
        agency_id=own.agency_id,
        version=before.version + 1 if before else 1,
        inspection=inspection.ref,
        draw_version=made.draw_version,
        decisions=made.decisions,
        key=own.key,
        book_key=own.book_key,
        sha256=own.sha256,
        cases=list(own.cases),
        withdrawn=list(own.withdrawn),
        released_at=inspection.now(),
    )
    session.add(release)
    session.flush()
    facts: dict[str, object] = {"version": release.version, "children": len(own.cases)}
    recorded = {**facts, "withdrawn": len(own.withdrawn), "list_sha256": own.sha256}
    audit.append(
        session,
        inspection.ref,
        actor=_ACTOR,
        action="sampled-list.released",
        subject=own.agency_id,
        facts=recorded,
    )
    _tell(session, release, before, facts)
    return True


def _tell(session: Session, release: SampledList, before: SampledList | None, facts: dict[str, object]) -> None:
    agency = session.get_one(Agency, release.agency_id)
    once = once_key(release.agency_id, "sampled", release.version)
    if before is None:
        write_notice(session, "sampled_opened", agency, once=once, sign_in=True, facts=facts)
        return
    change = {
        "added": len(set(release.cases) - set(before.cases)),
        "withdrawn": len(set(before.cases) - set(release.cases)),
    }
    write_notice(session, "sampled_changed", agency, once=once, sign_in=True, facts={**facts, **change})
