"""What an agency sent: each version, by whose hand and when, and nobody else's."""

from pathlib import Path

from tests.portal.driving import Driver, apart, validated, words
from tests.portal.people.test_register import manager_of


def test_an_agency_sees_each_version_with_the_name_of_who_sent_it(
    police: Driver, council: Driver, reading: str
) -> None:
    assert "has sent nothing yet" in police.get("/sent").text
    apart(f"{reading}-pol-1", after=20)
    police.upload(f"{reading}-pol-1", "a.csv", b"incident_ref\n1\n")
    text = police.get("/sent").text
    assert f'href="/submissions/{reading}-pol-1-v21/files/1"' in text
    assert "Being checked" in text
    by = text.split('data-label="Sent by">')[1].split("<")[0]
    assert by
    # A person is named as such, and not by their reference.
    assert "P-" not in by
    assert "has sent nothing yet" in council.get("/sent").text
    assert "/sent" in police.get("/").text


def test_a_file_of_the_page_is_the_one_that_was_sent(police: Driver, council: Driver, reading: str) -> None:
    apart(f"{reading}-pol-1", after=30)
    police.upload(f"{reading}-pol-1", "a.csv", b"incident_ref\n2\n")
    where = f"/submissions/{reading}-pol-1-v31/files/1"
    assert where in police.get("/sent").text
    assert police.get(where).content == b"incident_ref\n2\n"
    assert council.get(where).status_code == 404


def test_of_a_file_with_what_was_not_asked_for_the_copy_is_opened_and_its_page_says_so(
    police: Driver, portal: str, reading: str, synthetic: Path
) -> None:
    apart(f"{reading}-pol-1", after=90)
    first, *rest = (synthetic / "POL-1.csv").read_bytes().decode("utf-8-sig").splitlines()
    lines = [f"{first},Suspect", *(f"{line},Quizzlebury" for line in rest)]
    police.upload(f"{reading}-pol-1", "a.csv", "\n".join(lines).encode())
    validated(reading)
    submission = f"/submissions/{reading}-pol-1-v91"
    page = words(police.get(submission))
    assert page.count("The file is kept as you sent it until ") == 2
    assert "because it came with 1 column that was not asked for" in page
    assert "fingerprint of the bytes that you sent" in page
    assert "Open what we keep" in page
    opened = police.get(f"{submission}/files/1")
    assert 'filename="POL-1-version-91-kept.zip"' in opened.headers["content-disposition"]
    assert b"Suspect" in opened.content
    assert b"Quizzlebury" not in opened.content
    assert "The file is kept as you sent it until" in police.get(f"{submission}/report.html").text
    assert b"Quizzlebury" not in police.get(f"{submission}/marked/1.xlsx").content
    with manager_of(portal) as manager:
        retention = words(manager.get(f"/inspections/{reading}/retention"))
    assert "The file is kept as it came until " in retention
