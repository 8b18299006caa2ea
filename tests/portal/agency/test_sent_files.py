"""What an agency sent: each version, by whose hand and when, and nobody else's."""

from tests.portal.driving import Driver, apart


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
