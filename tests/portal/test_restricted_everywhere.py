"""Nobody of the team reads what is tied to a restricted child: every page and file of theirs is opened and looked at.

Words are planted in everything that is tied to one tracked and one sampled child. Each address that the portal has for
the team is opened before and after the restriction; one that names something new fails until it is said what is opened.
"""

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from httpx import Response, codes
from sqlmodel import Session, select

from models.ids import document_version_id
from models.lifecycle import Stage
from models.roles import Role
from models.tables import DocumentItem, DocumentVersion, Inspection, Request
from tasks.cohort.frozen import identifiers_of
from tasks.cohort.versions import cohort_of, newest_draw
from tasks.documents.sending import send_document
from tasks.findings.findings import FindingWords
from tasks.findings.recording import record_finding
from tasks.ground.database import transaction
from tasks.judging.judgements import JudgementError, record_judgement
from tasks.judging.sampled_forms import SampledFormError, record_form, sampled_children
from tasks.ledger.themes import theme_of
from tasks.meetings.family import ConsentWords, PlannedWords, plan, record_consent
from tasks.people.notices import words_of
from tasks.people.persons import members
from tasks.persons_requests.restricting import openings_of
from tasks.sampling.draws import sample_now
from tests.portal.driving import Driver, moved_to, words
from tests.portal.team.test_growing import written
from tests.portal.who import doors
from tests.tasks.documents.test_chronologies import evaluated
from tests.tasks.judging.test_sampled_forms import WORDS
from tests.tasks.persons_requests.test_restricting import lifted, restricted
from tests.tasks.steps import notices

pytestmark = [pytest.mark.parts, pytest.mark.usefixtures("chosen"), pytest.mark.timeout(1800)]

_READ = frozenset({"team", "lead", "leaders", "readers", "team-and-programme", "raisers", "reviewers"})
"""The doors of those who read what is tied to a child."""

_COUNCIL = "local_authority"
_FREE = "strengths"
"""A column of the evaluation in which agencies write freely."""

_DEVICE = "00000000000000d7"
_NOT_HERE = dict.fromkeys(
    [
        "decision",
        "report",
        "part",
        "complaint",
        "action",
        "words",
        "thread",
        "paragraph",
        "comment_id",
        "wrong_file",
        "record",
        "remit_concern",
        "subject",
        "membership",
        "reference",
        "gss",
        "organisation",
        "addressee",
    ],
    "none",
)
"""What addresses name and this inspection has not: prose, decisions and people, which are tied to no child."""

PLANTED = ("EVALUATED", "DOCUMENTED", "NOTED", "ADDED", "FORMED", "JUDGED", "PLANNED", "CONSENTED", "EARLIER")


@dataclass(frozen=True)
class Tied:
    """What is tied to a tracked and to a sampled child, by the names that addresses have for it."""

    ref: str
    labels: tuple[str, str]
    numbers: tuple[str, str]
    ids: dict[str, str]
    earlier: str
    finding: str


def _document(ref: str, request: Request, label: str, words_: str) -> str:
    with transaction() as session:
        query = select(DocumentItem).where(DocumentItem.agency_id == request.agency_id, DocumentItem.child == label)
        item = session.exec(query.order_by(DocumentItem.id)).first()
        assert item, ref
    data = f"A chronology. {words_}".encode()
    send_document(item.id, item.agency_id, io.BytesIO(data), len(data), filename="a.txt", by="council: P-AAAAAAAA")
    with transaction() as session:
        for version in session.exec(select(DocumentVersion).where(DocumentVersion.item_id == item.id)):
            version.checked_at = version.received_at
            session.add(version)
    return item.id


@pytest.fixture
def tied(chosen: str, tmp_path: Path) -> Tied:
    """Return an inspection in fieldwork in which words are planted about the council's child with a number."""
    with transaction() as session:
        query = select(Request).where(Request.inspection == chosen, Request.return_code == "EVAL")
        request = next(row for row in session.exec(query) if row.agency_id.endswith(_COUNCIL))
        inspection = session.get_one(Inspection, chosen)
        numbers = _numbers(session, chosen)
        lead, now, theme_ = members(session, chosen, Role.LEAD)[0][1].id, inspection.now(), theme_of(inspection)
    label = next(label for label in request.cases if label in numbers)
    sampled = next(label for label in sorted(numbers) if label.startswith("S"))
    assert evaluated(chosen, request, tmp_path, set(), only=label, **{_FREE: "EVALUATED"}) in ("accepted", "queried")
    moved_to(chosen, Stage.FIELDWORK)
    note = written(chosen, 1, 1, "EARLIER", device=_DEVICE, area="EA01", child=label)
    written(chosen, 2, 2, "NOTED", device=_DEVICE, area="EA01", child=label)
    written(chosen, 3, 1, "ADDED", device=_DEVICE, number="2", child="", follows=note)
    earlier = written(chosen, 4, 1, "EARLIER", device=_DEVICE, number="3", area="EA01", child=label)
    other = next(each for each in request.cases if each != label)
    written(chosen, 5, 2, "OF ANOTHER", device=_DEVICE, number="3", area="EA01", child=other)
    record_judgement(chosen, label, "EA01", theme_.judgements[0].code, "JUDGED", by=lead)
    meeting = PlannedWords(label, "core_group", now + timedelta(days=3), "online", "chair", "PLANNED")
    council = f"{chosen}/{_COUNCIL}"
    plan(council, meeting, by="council: P-AAAAAAAA")
    record_consent(council, ConsentWords(label, "mother", "agreed", "health_visitor", now.date(), "CONSENTED"), by="c")
    item = _document(chosen, request, label, "DOCUMENTED")
    given = FindingWords("improvement", "EA01", "Heading", "Text.", evidence_kinds=("case_tracking",), cases=(label,))
    finding = record_finding(chosen, given, by=f"inspector: {lead}")
    ids = {"ref": chosen, "label": label, "child": label, "area": "EA01", "note": note, "item": item, "number": "1"}
    ids |= {"finding_id": finding, "submission": f"{request.id}-v1", "agency_id": council, "picture": "groups"}
    with transaction() as session:
        point = next(at.point for at in sampled_children(session, chosen) if at.label == sampled)
    answers = dict.fromkeys(theme_.sampled.points[point].questions, "yes")
    record_form(chosen, sampled, replace(WORDS, answers=answers, text="FORMED"), by=lead)
    ids |= _NOT_HERE | {"name": "none", "kind": "csv"}
    return Tied(chosen, (label, sampled), (numbers[label], numbers[sampled]), ids, earlier, finding)


def _numbers(session: Session, ref: str) -> dict[str, str]:
    """Return the NHS number of each chosen child who has one, by label."""
    drawn = newest_draw(session, ref)
    assert drawn
    labels = {row.child: row.label for row in sample_now(session, drawn).chosen()}
    table = identifiers_of(cohort_of(session, drawn)).drop_nulls("nhs_number")
    rows = table.select("child", "nhs_number").iter_rows()
    return {labels[child]: number for child, number in rows if child in labels}


def _addresses(tied: Tied) -> Iterator[tuple[str, str]]:
    """Yield each address of the team, and each that answers a list with a file of it."""
    pages = {page for page, door in doors().items() if door in _READ}
    for page in sorted(pages):
        method, path = page.split(" ")
        of_list = method == "POST" and (f"GET {path}" in pages or path.endswith("/list"))
        if method == "GET" or of_list:
            missing = set(re.findall(r"\{(\w+)\}", path)) - set(tied.ids)
            assert not missing, f"Say in tests/portal/test_restricted_everywhere.py what {missing} of {page} opens."
            for kind in ("csv", "xlsx") if "{kind}" in path else ("",):
                filled = path.format_map({**tied.ids, "kind": kind})
                yield method, filled
                if "{label}" in path:
                    yield method, filled.replace(f"/{tied.labels[0]}", f"/{tied.labels[1]}")


def _text(answer: Response) -> str:
    """Return all words of an answer; a workbook or project is a zip of them."""
    if not answer.content.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        return " ".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())


def _seen(driver: Driver, tied: Tied, only: Collection[str] = ()) -> dict[str, set[str]]:
    """Return which planted words each address shows; where some are named, of those alone."""
    shown: dict[str, set[str]] = {}
    token = driver.token(f"/inspections/{tied.ref}/children/{tied.labels[0]}")
    for method, path in _addresses(tied):
        if only and f"{method} {path}" not in only:
            continue
        answer = (
            driver.get(path) if method == "GET" else driver.http.post(path, data={"csrf": token, "download": "csv"})
        )
        text = _text(answer)
        if there := {word for word in (*PLANTED, *tied.numbers) if word in text}:
            shown[f"{method} {path}"] = there
    return shown


def test_no_page_or_file_of_the_team_shows_what_is_tied_to_a_restricted_child(
    inspector: Driver, council: Driver, tied: Tied
) -> None:
    before = _seen(inspector, tied)
    assert set(PLANTED) | set(tied.numbers) == set().union(*before.values())
    kept = [restricted(tied.ref, number) for number in tied.numbers]
    assert _seen(inspector, tied, before) == {}
    base, (tracked, sampled) = f"/inspections/{tied.ref}", tied.labels
    # The finding stays, and says why nothing stands behind it.
    behind = words(inspector.get(f"{base}/findings/{tied.finding}/evidence"))
    assert f"A person has restricted the use of what is recorded about {tracked}".lower() in behind.lower()
    assert "Restricted" in words(inspector.get(f"{base}/documents"))
    # A note of which an earlier version was about the child shows the others.
    note = words(inspector.get(f"{base}/notes/{tied.earlier}"))
    assert "OF ANOTHER" in note
    _of_the_council(council, tied)
    with pytest.raises(JudgementError, match="restricted"):
        record_judgement(tied.ref, tracked, "EA02", "mixed", "A reason.", by="P-A")
    with pytest.raises(SampledFormError, match="restricted"):
        record_form(tied.ref, sampled, WORDS, by="P-A")
    # A child in danger is reported as before.
    assert inspector.get(f"{base}/concerns/new?child={tracked}").status_code == codes.OK
    # It opens for a reason of the law, with the document of the child, and each opening is recorded.
    path = f"{base}/children/{tracked}"
    opened = inspector.post(path, page=path, opens="protection")
    assert {word for word in PLANTED if word in opened.text} >= {"EVALUATED", "NOTED", "PLANNED", "CONSENTED"}
    file = re.search(r'href="([^"]+/files/1[?]opens=protection)"', opened.text)
    assert file
    assert "DOCUMENTED" in inspector.get(file[1]).text
    assert inspector.get(file[1].partition("?")[0]).status_code == codes.UNPROCESSABLE_ENTITY
    with transaction() as session:
        assert document_version_id(tied.ids["item"], 1) in {each.of for each in openings_of(session, kept[0])}
    for each in kept:
        lifted(each.id)
    assert _seen(inspector, tied, before) == before
    assert {str(each.facts["restriction"]) for each in notices(tied.ref, "list_open_again")} == {row.id for row in kept}


def _of_the_council(council: Driver, tied: Tied) -> None:
    """Look at the lists that the council was given: each has of a restricted child its label alone."""
    for label, listed in zip(tied.labels, (f"/requests/{tied.ref}-eval-{_COUNCIL}", "/sampled"), strict=True):
        page = council.get(listed)
        assert f"restricted the use of what the inspection holds about {label}" in words(page)
        book = _text(council.get(f"{listed}/children.xlsx"))
        assert label in book
        assert "Restricted" in book
        (name,) = {row for row in _names(tied, label) if row}
        assert name not in book + page.text
    written_to = [each for each in notices(tied.ref, "list_restricted") if each.agency_id == f"{tied.ref}/{_COUNCIL}"]
    assert {each.facts["children"] for each in written_to} == {1}
    with transaction() as session:
        bodies = [words_of(session, each).body for each in written_to]
    assert len(bodies) >= len(tied.labels)
    assert not any(label in body for body in bodies for label in tied.labels)


def _names(tied: Tied, label: str) -> set[str]:
    """Return the surname of a chosen child as the council's own list had it."""
    with transaction() as session:
        drawn = newest_draw(session, tied.ref)
        assert drawn
        child = next(row.child for row in sample_now(session, drawn).chosen() if row.label == label)
        table = identifiers_of(cohort_of(session, drawn), restricted=True).filter(pl.col("child") == child)
    return set(table.filter(pl.col("return").str.starts_with("LA"))["forename"].head(1))
