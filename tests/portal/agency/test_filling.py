"""A council fills its returns from an Annex A workbook, looks at them, and sends them itself."""

import io
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext
from sqlmodel import col, select

from models.lifecycle import RequestState
from models.tables import AuditEntry, Submission, UploadSession
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.returns.filling import clear_unsent
from tests.portal.driving import Driver, validated, words
from tests.portal.test_browser import signed, violations
from tests.scanning import EICAR, clamd, using
from tests.tasks.steps import request
from tests.validation.annex_a import council as made_council
from tests.validation.annex_a import sheets_of, xlsx

pytestmark = pytest.mark.parts


@pytest.fixture(scope="module")
def extract() -> bytes:
    return xlsx(sheets_of(made_council()))


@pytest.fixture
def page(council: Driver, extract: bytes) -> str:
    """Return the words of the page once the extract has filled what it can."""
    return words(council.post("/fill", files={"file": ("annex a.xlsx", extract)}))


def _drafts(reading: str) -> dict[str, UploadSession]:
    with transaction() as session:
        rows = session.exec(select(UploadSession).where(col(UploadSession.awaits_sender))).all()
        return {row.filled["return"]: row for row in rows if row.filled and row.request_id.startswith(f"{reading}-")}


def test_the_first_page_offers_what_each_agency_can_use(council: Driver, police: Driver) -> None:
    assert "Fill your returns from an extract , such as an Annex A workbook" in words(council.get("/"))
    assert "Fill your returns from an extract , an export of your own" in words(police.get("/"))
    assert "Make a mapping of the headers of your own export first" in words(police.get("/fill"))


def test_what_is_filled_and_missing_is_told_and_nothing_is_sent(reading: str, page: str) -> None:
    for words_ in (
        "We filled LA-DA",
        "Nothing is sent yet",
        "2,707 of 3,678 filled",
        "household_id , 282 cells. The households",
        "take out children who have none",
        "282 of 282 children in the extract",
        "Nothing is taken from sheet 1, List 9, List 10, List 11",
    ):
        assert words_ in page
    with transaction() as session:
        sent = session.exec(select(Submission).where(col(Submission.request_id).startswith(f"{reading}-la"))).all()
        entry = session.exec(
            select(AuditEntry).where(AuditEntry.action == "returns.filled").order_by(col(AuditEntry.number))
        ).all()[-1]
    assert not sent
    assert entry.facts["filled_cells"] == 16538


def test_a_filled_return_is_downloaded_sent_and_checked_as_any_other(council: Driver, reading: str, page: str) -> None:
    assert page
    draft = _drafts(reading)["LA-DA"]
    file = council.get(f"/uploads/{draft.id}/file")
    assert 'filename="LA-DA-filled.xlsx"' in file.headers["content-disposition"]
    checked = council.get(f"/uploads/{draft.id}/check")
    assert "A return that we filled from your extract" in words(checked)
    assert "no longer counts" not in words(checked)
    sent = council.post(f"/uploads/{draft.id}/check")
    assert "received as version 1" in words(sent)
    assert not _drafts(reading)
    assert "None of your returns is waiting" in words(council.get("/fill"))
    validated(reading)
    assert request(reading, "la-da").state == RequestState.REJECTED
    with transaction() as session:
        version = session.get_one(Submission, f"{reading}-la-da-v1")
        account = draft.filled or {}
        assert version.result.errors == account["required_cells"] - account["filled_cells"]
    assert b"".join(store.chunks(version.key, version.version_id)) == file.content


def test_l5_nothing_of_what_is_not_sent_is_kept(council: Driver, reading: str, extract: bytes, page: str) -> None:
    assert page
    keys = [_drafts(reading)["LA-DA"].key]
    council.post("/fill", files={"file": ("again.xlsx", extract)})
    second = _drafts(reading)["LA-DA"]
    council.post(f"/uploads/{second.id}/discard", page="/fill")
    assert council.get(f"/uploads/{second.id}/file").status_code == 404
    council.post("/fill", files={"file": ("again.xlsx", extract)})
    third = _drafts(reading)["LA-DA"]
    with transaction() as session:
        row = session.get_one(UploadSession, third.id)
        row.expires_at = utc_now() - timedelta(minutes=1)
        session.add(row)
    assert clear_unsent() == 1
    assert not _drafts(reading)
    assert not any(store.exists(key) for key in (*keys, second.key, third.key))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"a,b\n1,2\n", "We found no list that we know"),
        (b"%PDF-1.7 nothing", "PDF"),
        (b"", "The selected file is empty."),
    ],
)
def test_a_wrong_extract_is_refused_beside_the_field(council: Driver, data: bytes, sentence: str) -> None:
    refused = council.post("/fill", files={"file": ("x.csv", io.BytesIO(data))})
    assert refused.status_code == 422
    assert sentence in words(refused)


def test_an_extract_with_malware_is_not_read(
    council: Driver, reading: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with clamd(tmp_path_factory.mktemp("clamd")) as scanner, using(scanner):
        refused = council.post("/fill", files={"file": ("x.csv", EICAR)})
    assert refused.status_code == 422
    assert "malware scanner found" in words(refused)
    assert not _drafts(reading)


def test_another_agency_neither_opens_nor_sends_a_filled_return(police: Driver, reading: str, page: str) -> None:
    assert page
    draft = _drafts(reading)["LA-DA"]
    assert police.get(f"/uploads/{draft.id}/file").status_code == 404
    assert police.post(f"/uploads/{draft.id}/check", page="/").status_code in (403, 404)


def test_the_pages_fit_a_narrow_window_and_axe_finds_nothing_wrong(
    window: BrowserContext, portal: str, council: Driver, reading: str, page: str
) -> None:
    assert page
    draft = _drafts(reading)["LA-DA"]
    seen = signed(window, council, portal)
    for width in (320, 1280):
        seen.set_viewport_size({"width": width, "height": 900})
        for path in ("/fill", f"/uploads/{draft.id}/check"):
            seen.goto(f"{portal}{path}")
            assert seen.evaluate("document.documentElement.scrollWidth") <= width
            assert not violations(seen)
