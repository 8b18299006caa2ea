"""The lead inspector enters to whom the letter is addressed and who signs it; the manager may too, nobody else."""

import re

import pytest

from tests.portal.driving import Driver, words

pytestmark = pytest.mark.parts


def test_addressees_are_entered_and_removed_and_signatories_change(inspector: Driver, reading: str) -> None:
    page = f"/inspections/{reading}/addressees"
    assert f'href="{page}"' in inspector.get(f"/inspections/{reading}/letter").text
    assert "Head of police" in words(inspector.get(page))
    refused = inspector.post(page, name="Ellen Marsh")
    assert refused.status_code == 422
    assert "Enter the person's office." in words(refused)
    assert 'value="Ellen Marsh"' in refused.text
    seen = inspector.post(page, name="Ellen Marsh", office="Chief Executive", agency=f"{reading}/local_authority")
    assert "The letter is addressed to them too." in words(seen)
    row = re.search(r"Ellen Marsh.*?/addressees/([^/]+)/remove", seen.text, re.DOTALL)
    assert row
    gone = inspector.post(f"{page}/{row[1]}/remove", page=page)
    assert "Ellen Marsh" not in words(gone)
    assert inspector.post(f"{page}/{row[1]}/remove", page=page).status_code == 404
    day = {"from-day": "1", "from-month": "1", "from-year": "2024"}
    signs = {"inspectorate": "Ofsted", "signatory": "Ada Reed", "signatory-office": "Chief Inspector"}
    assert "Enter the day from which they sign" in words(inspector.post(f"{page}/signatories", page=page, **signs))
    assert "Ada Reed, Chief Inspector" in words(inspector.post(f"{page}/signatories", page=page, **signs, **day))
    other = inspector.post(f"{page}/signatories", page=page, **{**signs, "inspectorate": "Nobody"}, **day)
    assert "Choose an inspectorate from the list." in words(other)


def test_no_agency_sees_who_signs(police: Driver, reading: str) -> None:
    assert police.get(f"/inspections/{reading}/addressees").status_code == 404
