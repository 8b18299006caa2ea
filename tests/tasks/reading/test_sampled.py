"""The board of the wider sample: whom nobody has looked at, and answers counted as each reader may see them."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from models.tables import AuditEntry, SampledForm
from models.themes import theme
from tasks.ground.database import transaction
from tasks.judging.sampled_forms import SampledAt, record_form
from tasks.reading.sampled import SampledBoard, _looked, board_of, counted, read_forms, table_of, take_counts
from tasks.reading.visibility import Reader
from tests.tasks.judging.test_sampled_forms import WORDS

THEME = theme("domestic-abuse-2024")
_POLICE = Reader("inspector: P-X", frozenset({"police"}))
_ALL = Reader("inspector: P-X")


def form(child: str, point: str, person: str = "a", agency: str = "police", **answers: str) -> SampledForm:
    return SampledForm(
        inspection="r",
        child=child,
        person_id=person,
        agency=agency,
        version=1,
        point=point,
        draw_version=1,
        answers=answers,
        judgement="mixed",
        text_key="",
        text_sha256="",
        recorded_at=datetime(2025, 3, 3, tzinfo=UTC),
    )


def test_answers_are_counted_by_point_and_question_and_children_once() -> None:
    forms = [
        form("S1", "contact", timely="yes", threshold="no"),
        form("S1", "contact", person="b", timely="yes"),
        form("S2", "contact", timely="not_seen"),
        form("S9", "marac", timely="no"),
    ]
    rows = {(row.point, row.question): row for row in counted(forms, THEME)}
    timely = rows["contact", "timely"]
    assert (timely.children, timely.forms) == (2, 3)
    assert timely.answers == {"yes": 2, "no": 0, "unclear": 0, "not_seen": 1}
    assert rows["contact", "threshold"].answers["no"] == 1
    assert rows["marac", "timely"].answers["no"] == 1
    assert rows["plan", "timely"].forms == 0
    assert len(rows) == sum(len(point.questions) for point in THEME.sampled.points.values())


def test_whom_nobody_has_looked_at_is_said_and_who_has_left_is_not() -> None:
    children = [SampledAt("S1", "contact", False), SampledAt("S2", "plan", False), SampledAt("S3", "plan", True)]
    board = SampledBoard(_looked(children, [form("S1", "contact")]), (), {})
    assert board.nobody == ["S2"]
    assert board.points_without == ["plan"]


def test_the_table_has_a_head_and_only_words_and_numbers() -> None:
    points = {point.key: point.label for point in THEME.sampling.decision_points}
    board = SampledBoard((), counted([form("S1", "contact", timely="yes")], THEME), points)
    head, first, *_ = table_of(board, THEME)
    assert head == [
        "Decision point",
        "Question",
        "Children looked at",
        "Forms",
        "Yes",
        "No",
        "Not clear",
        "Not seen there",
    ]
    assert first == ["Contact and the front door", "Was it timely?", 1, 1, 1, 0, 0, 0]


@pytest.mark.parts
def test_who_does_not_see_an_agency_counts_none_of_its_forms_and_still_knows_who_was_looked_at(fieldwork: str) -> None:
    from dataclasses import replace

    record_form(fieldwork, "S1", WORDS, by="P-AAAAAAAA")
    record_form(fieldwork, "S2", replace(WORDS, agency="health"), by="P-AAAAAAAA")
    with transaction() as session:
        all_, police = (board_of(session, fieldwork, reader, "P-X") for reader in (_ALL, _POLICE))
        own = board_of(session, fieldwork, _POLICE, "P-AAAAAAAA")
        hidden = read_forms(session, fieldwork, "S2", _POLICE, "P-X")
        shown = read_forms(session, fieldwork, "S1", _POLICE, "P-X")
    assert all_.looked == police.looked
    assert len(all_.nobody) == len(all_.looked) - 2

    def forms(board: SampledBoard) -> int:
        return sum(row.forms for row in board.counts if row.question == "timely")

    assert (forms(all_), forms(police), forms(own)) == (2, 1, 2)
    assert hidden == []
    assert [seen.text for seen in shown] == [WORDS.text]


@pytest.mark.parts
def test_l6_who_reads_forms_or_takes_counts_is_recorded(fieldwork: str) -> None:
    record_form(fieldwork, "S1", WORDS, by="P-AAAAAAAA")
    with transaction() as session:
        read_forms(session, fieldwork, "S1", _ALL, "P-X")
    assert take_counts(fieldwork, _ALL, "P-X", "csv")[0][0] == "Decision point"
    with transaction() as session:
        entries = {row.action: row for row in session.exec(select(AuditEntry))}
    assert entries["sampled.read"].facts == {"forms": 1}
    assert entries["sampled.counted"].actor == _ALL.by
