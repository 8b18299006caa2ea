"""An agency says once what the headers of its own export mean, fills a return by it, and withdraws it."""

import html
import re

import httpx
import pytest
from playwright.sync_api import BrowserContext
from sqlmodel import col, select

from models.tables import AuditEntry, KeptMapping
from tasks.ground.database import transaction
from tests.portal.agency.test_filling import _drafts
from tests.portal.driving import Driver, words
from tests.portal.test_browser import signed, violations

pytestmark = pytest.mark.parts
EXPORT = b"Occurrence No,DOB,Council,risk grade\n4325,14/03/2020,E06000038,STD\n4326,15/03/2020,E06000038,HI\n"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_SELECT = re.compile(r'(?s)<select[^>]*name="([^"]+)".*?</select>')
_CHOSEN = re.compile(r'<option value="([^"]*)" selected>')


def _fields(page: httpx.Response) -> dict[str, str]:
    """Return the fields of the page's form as a browser would send them untouched."""
    fields = {name: html.unescape(value) for name, value in _HIDDEN.findall(page.text)}
    for select_ in _SELECT.finditer(page.text):
        chosen = _CHOSEN.search(select_[0])
        fields[html.unescape(select_[1])] = html.unescape(chosen[1]) if chosen else ""
    return fields


def _begun(police: Driver, data: bytes = EXPORT, code: str = "POL-1") -> httpx.Response:
    return police.post("/mappings/new", page="/mappings", files={"file": ("x.csv", data)}, **{"return": code})


@pytest.fixture
def kept(police: Driver, reading: str) -> KeptMapping:
    """Return a mapping that the police have made on their pages."""
    assert reading
    fields = _fields(_begun(police))
    codes = {value: f"code:{name.partition(':')[2]}" for name, value in fields.items() if name.startswith("value:")}
    fields |= {codes["STD"]: "standard", codes["HI"]: "high"}
    answer = police.http.post("/mappings", data=fields)
    assert "Your mapping is kept: POL-1, version 1." in words(answer)
    with transaction() as session:
        return session.exec(select(KeptMapping)).one()


def test_what_headers_may_mean_is_offered_and_nothing_is_kept_unasked(police: Driver, reading: str) -> None:
    assert reading
    begun = _begun(police)
    fields = _fields(begun)
    assert fields["column:incident_ref"] == "Occurrence No"
    assert fields["column:child_date_of_birth"] == "DOB"
    assert "Nothing is kept or filled until you decide" in words(begun)
    assert "4325" not in begun.text
    assert "14/03/2020" not in begun.text
    with transaction() as session:
        assert not session.exec(select(KeptMapping)).all()


def test_a_kept_mapping_fills_the_return_from_the_next_export(police: Driver, reading: str, kept: KeptMapping) -> None:
    assert kept.codes == {"risk_grade": {"HI": "high", "STD": "standard"}}
    assert "By your mapping, version 1" in words(police.get("/fill"))
    filled = police.post("/fill", files={"file": ("y.csv", EXPORT)}, key=kept.id)
    assert "We filled POL-1" in words(filled)
    assert "2 cells of risk_grade are written as the codes of your mapping" in words(filled)
    assert set(_drafts(reading)) == {"POL-1"}
    unasked = police.post("/fill", files={"file": ("y.csv", EXPORT)})
    assert unasked.status_code == 422
    assert "Choose what your file is." in words(unasked)
    wrong = police.post("/fill", files={"file": ("y.csv", EXPORT.replace(b"DOB", b"Born"))}, key=kept.id)
    assert wrong.status_code == 422
    assert "does not have all columns of your mapping" in words(wrong)


def test_the_next_version_begins_with_the_one_before_and_a_withdrawn_one_is_offered_no_more(
    police: Driver, kept: KeptMapping
) -> None:
    again = _fields(_begun(police))
    assert "standard" in again.values()
    assert "version 2" in words(police.http.post("/mappings", data=again))
    with transaction() as session:
        newest = session.exec(select(KeptMapping).where(KeptMapping.version == 2)).one()
    for identity in (newest.id, kept.id):
        answer = police.post("/mappings/withdraw", page="/mappings", key=identity)
        assert "The mapping is withdrawn." in words(answer)
    assert "By your mapping" not in words(police.get("/fill"))
    assert words(police.get("/mappings")).count("Withdrawn on") == 2
    with transaction() as session:
        kept_or_withdrawn = select(AuditEntry.action).where(AuditEntry.action.startswith("mapping."))
        actions = session.exec(kept_or_withdrawn.order_by(col(AuditEntry.number))).all()
    assert actions == ["mapping.kept", "mapping.kept", "mapping.withdrawn", "mapping.withdrawn"]


def test_another_agency_neither_sees_nor_uses_nor_withdraws_a_mapping(council: Driver, kept: KeptMapping) -> None:
    assert "version 1" not in words(council.get("/mappings"))
    used = council.post("/fill", files={"file": ("y.csv", EXPORT)}, key=kept.id)
    assert used.status_code == 404
    assert council.post("/mappings/withdraw", page="/mappings", key=kept.id).status_code == 404
    with transaction() as session:
        assert session.get_one(KeptMapping, kept.id).withdrawn_at is None


def test_l5_a_mapping_with_a_persons_number_among_its_values_is_refused(police: Driver, reading: str) -> None:
    assert reading
    fields = _fields(_begun(police))
    name = next(name for name in fields if name.startswith("value:"))
    refused = police.http.post("/mappings", data={**fields, name: "943 476 5919"})
    assert refused.status_code == 422
    with transaction() as session:
        assert not session.exec(select(KeptMapping)).all()


@pytest.mark.parametrize(
    ("data", "code", "sentence"),
    [(EXPORT, "", "Choose which return"), (b"%PDF-1.7", "POL-1", "PDF"), (b"", "POL-1", "The selected file is empty.")],
)
def test_what_cannot_be_mapped_is_refused_beside_its_field(
    police: Driver, reading: str, data: bytes, code: str, sentence: str
) -> None:
    assert reading
    refused = _begun(police, data, code)
    assert refused.status_code == 422
    assert sentence in words(refused)


def test_the_pages_fit_a_narrow_window_and_axe_finds_nothing_wrong(
    window: BrowserContext, portal: str, police: Driver, kept: KeptMapping
) -> None:
    assert kept.version == 1
    seen = signed(window, police, portal)
    for width in (1280, 320):
        seen.set_viewport_size({"width": width, "height": 900})
        seen.goto(f"{portal}/mappings")
        seen.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
        assert seen.evaluate("document.documentElement.scrollWidth") <= width
        assert not violations(seen)
        seen.select_option("#return", "POL-1")
        seen.set_input_files("#file", {"name": "x.csv", "mimeType": "text/csv", "buffer": EXPORT})
        seen.get_by_role("button", name="Continue").click()
        seen.wait_for_url("**/mappings/new")
        assert seen.evaluate("document.documentElement.scrollWidth") <= width
        assert not violations(seen)
