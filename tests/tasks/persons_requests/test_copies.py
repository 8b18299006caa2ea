"""A copy is made of what was found, refused where it must not be, released by two, and goes with its inspection."""

import csv
import io

import pytest

from models.keys import persons_copy
from models.retention import RecordClass
from models.scopes import class_scope, scope_of
from models.states import LetterStatus
from models.tables import Letter
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.persons_requests import copies
from tasks.persons_requests.copies import (
    MaskingError,
    NoCopyError,
    copy_of,
    lines_of,
    make_copy,
    read_copy,
    release_copy,
)
from tasks.persons_requests.masking import values_within, workbook
from tasks.persons_requests.recording import PersonsRequestError, confirm_identity, record_request
from tasks.persons_requests.searching import search
from tests.tasks.persons_requests.test_recording import BY, entered
from tests.tasks.persons_requests.test_searching import asked, number_in, readings, standing
from tests.tasks.wrong_files.conftest import good, sent, wrong
from validation.contract.persons_numbers import NumberKind

pytestmark = pytest.mark.parts
__all__ = ["good", "sent", "wrong"]
SECOND = "programme manager: P-BBBBBBBB"


def others_in(data: bytes, number: str) -> set[str]:
    """Return the names and numbers of everybody else in the rows of a child, as the file has them."""
    rows = [row for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"))) if row["child_nhs_number"] == number]
    names = ("mother_surname", "mother_nhs_number", "postcode", "suspect_ref", "victim_ref", "incident_ref")
    return {row[name] for row in rows for name in names if len(row[name]) > 4}


@pytest.mark.usefixtures("sent")
def test_l11_a_copy_holds_nobody_else_and_leaves_when_two_have_released_it(area: str, good: bytes) -> None:
    number, _ = number_in(good)
    identity = asked(number)
    with pytest.raises(PersonsRequestError, match="Search all inspections first"):
        make_copy(identity, area, by=BY)
    search(identity, by=BY)
    before = len(readings(area))
    copy = make_copy(identity, area, by=BY)
    assert len(readings(area)) > before
    with pytest.raises(NoCopyError):
        read_copy(copy, "xlsx", by=BY)
    assert any(line[5] == number for line in lines_of(copy, by=BY))
    assert release_copy(copy, by=BY, second=SECOND).released_by == SECOND
    with pytest.raises(PersonsRequestError, match="released already"):
        release_copy(copy, by=BY, second=SECOND)
    data = read_copy(copy, "xlsx", by=BY)
    others = others_in(good, number)
    assert others
    own = {line[5] for line in lines_of(copy, by=BY)}
    assert values_within(data, sorted(others - own)) == []
    with transaction() as session:
        row = copy_of(session, copy)
    assert (row.published, row.sha256) == (0, sha256(data))
    assert row.left_out > 0
    # It is data about children of its inspection, and ends with it.
    assert scope_of(persons_copy(area, copy, "xlsx")) == class_scope(area, RecordClass.CHILDREN)


@pytest.mark.usefixtures("sent")
def test_what_the_published_letter_holds_is_said_before_it_leaves(area: str, good: bytes) -> None:
    number, _ = number_in(good)
    value = min(others_in(good, number))
    key = f"letters/{area}/published/1/letter-{number[:6]}.html"
    store.put_once(key, f"<p>They met {value}.</p>".encode())
    with transaction() as session:
        session.add(
            Letter(
                inspection=area,
                status=LetterStatus.PUBLISHED,
                version=1,
                keys=[key],
                sha256="0" * 64,
                compiled_at=utc_now(),
            )
        )
    identity = asked(number)
    search(identity, by=BY)
    copy = make_copy(identity, area, by=BY)
    with transaction() as session:
        assert copy_of(session, copy).published == 1
        assert "the published letter holds 1 value of them" in copies.asks_to_release(session, {"copy": copy})


@pytest.mark.usefixtures("sent")
def test_a_copy_that_would_hold_what_it_leaves_out_is_not_made(
    area: str, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = asked(number_in(good)[0])
    search(identity, by=BY)
    leaking = [("", "", "", "", "x", value) for value in sorted(others_in(good, number_in(good)[0]))]
    whole = workbook
    monkeypatch.setattr(copies, "workbook", lambda lines, about: whole([*lines, *leaking], about))
    with pytest.raises(MaskingError, match="was not made"):
        make_copy(identity, area, by=BY)


def test_there_is_no_copy_without_access_identity_or_a_row(area: str, sent: str) -> None:
    assert sent
    other = record_request(entered(kind="correction"), by=BY)
    with pytest.raises(PersonsRequestError, match="does not ask for a copy"):
        make_copy(other, area, by=BY)
    unconfirmed = record_request(entered(), by=BY)
    with pytest.raises(PersonsRequestError, match="Confirm that first"):
        make_copy(unconfirmed, area, by=BY)
    nobody = record_request(entered(numbers={NumberKind.CRN: "X999999"}), by=BY)
    confirm_identity(nobody, "known", by=BY)
    search(nobody, by=BY)
    with pytest.raises(PersonsRequestError, match="was not found by a national number"):
        make_copy(nobody, area, by=BY)
    with pytest.raises(NoCopyError):
        release_copy("C-00000000", by=BY, second=SECOND)


@pytest.mark.usefixtures("sent")
def test_a_row_that_only_a_councils_own_number_found_is_listed_and_never_copied(area: str, good: bytes) -> None:
    rows = csv.DictReader(io.StringIO(good.decode("utf-8-sig")))
    number = next(row["child_la_id"] for row in rows if row["child_la_id"])
    identity = record_request(entered(numbers={NumberKind.LA_CHILD: number}), by=BY)
    confirm_identity(identity, "known", by=BY)
    assert search(identity, by=BY).places > 0
    assert {each.by for each in standing(identity).places} == {
        "By Council's number for a child. Another person can have the same number elsewhere"
    }
    with pytest.raises(PersonsRequestError, match="was not found by a national number"):
        make_copy(identity, area, by=BY)
