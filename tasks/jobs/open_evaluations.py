"""Opens the evaluations: each agency gets the list of its own chosen children, a template for each, and a deadline.

The list of its children in the wider sample goes out at the same moment.
"""

import io
from typing import Any

import polars as pl
from sqlmodel import Session

from models.events import Event, Owed
from models.ids import agency_kind, agency_name, evaluation_request_id, once_key
from models.keys import by_content, evaluation_folder
from models.lifecycle import SAMPLED_CHANGES, RequestState, Stage
from models.returns import EVALUATION
from models.tables import Agency, Cohort, Inspection, Request, SampleDraw
from models.tables.base import utc_now
from models.timetable import deadline
from models.words import moment, plural
from tasks.basis.holding import LOOKED_AT_AGAIN
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.own_records import rows_of
from tasks.cohort.versions import approved_draw, cohort_of, newest_draw
from tasks.evaluations.list_books import workbook
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ground.tables import table_at
from tasks.inspection.days import day_of
from tasks.inspection.document_items import open_case_files
from tasks.inspection.releasing import may_ask
from tasks.jobs.release_sampled import make_lists, owing, record_lists
from tasks.ledger.moves import move_request, move_stage
from tasks.ledger.outbox import tell
from tasks.ledger.rows import inspection_of, request_of
from tasks.ledger.themes import theme_of
from tasks.ledger.work import Claim, finish, owe, put_off
from tasks.people.notices import write_notice
from tasks.sampling.draws import sample_now
from validation.contract.context import Context
from validation.files.parts import row_in_words
from validation.returns import contract
from validation.telling.templates import Format, Stamp, write_template

_ACTOR = "system: open-evaluations"


def evaluations_name(claimed: Claim) -> str:
    """Return what people call the work: the area and whose evaluations open."""
    with transaction() as session:
        return f"{inspection_of(session, claimed.inspection).area_name} - evaluations"


def known_to(tracked: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Return the tracked children whom an agency's own records are about, by label."""
    return tracked.join(records.select("child"), on="child", how="semi").sort("label")


def children_list(own_children: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Return the list for one agency: labels with what its own records say, and nothing of others' records (L5)."""
    own = records.sort("child", "return", "row").unique("child", keep="first", maintain_order=True)
    joined = own_children.select("label", "child").join(own, on="child", how="left", maintain_order="left")
    return joined.select(
        pl.col("label").alias("sample_ref"),
        "forename",
        "surname",
        "date_of_birth",
        "expected_date_of_birth",
        pl.format("{} row {}", "return", pl.col("row").map_elements(row_in_words, pl.String)).alias("found_in"),
    )


def open_evaluations(claimed: Claim) -> str:
    """Write each agency's list and prefilled template, then make its request and notify it; safe to repeat.

    The request of an agency for which a basis is missing or has lapsed is made and held, and its list with it.
    """
    with transaction() as session:
        inspection = inspection_of(session, claimed.inspection)
        drawn = newest_draw(session, inspection.ref)
        if drawn is None:
            raise RuntimeError("Evaluations were owed before any sample was drawn.")
        cohort = cohort_of(session, drawn)
        tracked = _tracked(session, drawn, cohort)
        agencies = owing(session, inspection)
    made = _made(inspection, cohort, tracked, agencies)
    wider = make_lists(inspection.ref)
    with transaction() as session:
        finish(session, claimed)
        _open(session, inspection, made)
        record_lists(session, inspection_of(session, inspection.ref, lock=True), wider)
    return f"{plural(tracked.height, 'child', 'children')}, {plural(len(made), 'agency', 'agencies')}"


def issue_evaluation(claimed: Claim) -> str:
    """Issue the request of an agency that was held when the evaluations opened; safe to repeat.

    Its list is that of the sample in force now. Once fieldwork is over no list goes out any more.
    """
    with transaction() as session:
        request = request_of(session, claimed.subject)
        inspection = inspection_of(session, request.inspection)
        if inspection.stage == Stage.DEFERRED:
            put_off(session, claimed, utc_now() + LOOKED_AT_AGAIN)
            return "held"
        drawn = approved_draw(session, inspection.ref)
        if request.state != RequestState.DRAFTED or inspection.stage not in SAMPLED_CHANGES or drawn is None:
            finish(session, claimed)
            return "not asked for any more"
        cohort = cohort_of(session, drawn)
        tracked = _tracked(session, drawn, cohort)
    made = _made(inspection, cohort, tracked, [request.agency_id])
    with transaction() as session:
        finish(session, claimed)
        inspection = inspection_of(session, claimed.inspection, lock=True)
        for labels, keys in made.values():
            _issue(session, inspection, request_of(session, claimed.subject, lock=True), labels, keys)
    return "issued" if made else "no child to ask about"


def _made(
    inspection: Inspection, cohort: Cohort, tracked: pl.DataFrame, agencies: list[str]
) -> dict[str, tuple[list[str], list[str]]]:
    """Store the files of each agency that knows tracked children; return their labels and the files' keys."""
    identifiers, theme_ = identifiers_of(cohort), theme_of(inspection)
    made: dict[str, tuple[list[str], list[str]]] = {}
    for agency in agencies:
        records = rows_of(identifiers, theme_, agency)
        own_children = known_to(tracked, records)
        # An agency that knows none of the children is asked for nothing.
        if own_children.height:
            own = children_list(own_children, records)
            made[agency] = (own_children["label"].to_list(), _files(inspection, agency, own))
    return made


def _tracked(session: Session, drawn: SampleDraw, cohort: Cohort) -> pl.DataFrame:
    chosen = [row for row in sample_now(session, drawn).chosen() if row.set == "tracked"]
    rows = [(row.label, row.child) for row in chosen]
    labels = pl.DataFrame(rows, schema={"label": pl.String, "child": pl.String}, orient="row")
    return labels.join(table_at(cohort.frame_key), on="child", how="left", maintain_order="left")


def _files(inspection: Inspection, agency: str, rows: pl.DataFrame) -> list[str]:
    folder, kind = evaluation_folder(inspection.ref, agency_name(agency)), agency_kind(agency)
    theme_ = theme_of(inspection)
    stamp = Stamp(theme=theme_.rule_set, gss=inspection.area_gss, area=inspection.area_name, inspection=inspection.ref)
    # Labels alone: the template comes back and is checked, so no name of a child is to be in it.
    prefill = rows.select("sample_ref").with_columns(agency=pl.lit(kind))
    files = {"children.xlsx": workbook(rows)}
    refs = tuple(rows["sample_ref"])
    context = Context(theme_, inspection.announced, inspection.area_gss, sample_refs=refs, agency=kind)
    kinds: tuple[Format, ...] = ("xlsx", "ods")
    for extension in kinds:
        out = io.BytesIO()
        write_template(contract(EVALUATION, theme_), theme_, out, extension, stamp, prefill=prefill, context=context)
        files[f"template.{extension}"] = out.getvalue()
    keys = []
    for name, data in files.items():
        stem, _, suffix = name.rpartition(".")
        keys.append(store.put_once(by_content(folder, stem, sha256(data), suffix), data).key)
    return keys


def _open(session: Session, inspection: Inspection, made: dict[str, tuple[list[str], list[str]]]) -> None:
    inspection = inspection_of(session, inspection.ref, lock=True)
    theme_ = theme_of(inspection)
    due = deadline(theme_, day_of(session, inspection.ref, theme_.evaluation_due))
    number_held = 0
    for identity, (labels, keys) in made.items():
        agency = session.get_one(Agency, identity)
        request = Request(
            id=evaluation_request_id(inspection.ref, agency_name(identity)),
            inspection=inspection.ref,
            agency_id=agency.id,
            return_code=EVALUATION,
            step=theme_.evaluation_due,
            due_at=due,
        )
        session.add(request)
        session.flush()
        # Neither names nor labels reach an agency for which there is no basis: the request waits without them.
        if may_ask(session, inspection, agency, theme_):
            _issue(session, inspection, request, labels, keys)
        else:
            owe(session, Owed.ISSUE_REQUEST, request.id, inspection.ref)
            number_held += 1
    counts = {"agencies": len(made) - number_held}
    move_stage(session, inspection, Stage.EVALUATIONS_OPEN, actor=_ACTOR, facts={**counts, "held": number_held})
    tell(session, Event.EVALUATIONS_OPENED, inspection.ref, inspection.ref, counts)


def _issue(session: Session, inspection: Inspection, request: Request, labels: list[str], keys: list[str]) -> None:
    """Give an agency its list and template, ask it for the case files, and notify it."""
    request.cases, request.template_keys = labels, keys
    session.add(request)
    agency = session.get_one(Agency, request.agency_id)
    documents = open_case_files(session, inspection, {agency.id: labels})
    move_request(session, request, RequestState.ISSUED, actor=_ACTOR, facts={"children": len(labels)})
    facts: dict[str, Any] = {"children": len(labels), "due": moment(request.due_at)}
    facts["released"] = inspection.now().isoformat()
    facts["documents"] = documents[agency.id]
    write_notice(session, "evaluations_opened", agency, once=once_key(request.id, "opened"), sign_in=True, facts=facts)
