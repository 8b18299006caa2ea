"""The lead inspector narrows whose records an inspectorate sees, and can take that back; nobody else can."""

import pytest
from sqlmodel import col, select

from models.lifecycle import Stage
from models.roles import Role
from models.tables import AuditEntry, Inspection, Membership, Organisation, Person
from tasks.ground.database import transaction
from tasks.reading.visibility import NARROWED, sight
from tests.portal.driving import Driver, moved_to, words

pytestmark = pytest.mark.parts
_OFSTED = "Ofsted"


@pytest.fixture
def lead(inspector: Driver, reading: str) -> Driver:
    """Return the signed-in lead inspector, of Ofsted."""
    with transaction() as session:
        body = session.exec(select(Organisation).where(Organisation.name == _OFSTED)).one()
        query = select(Membership).where(Membership.inspection == reading, Membership.role == Role.LEAD)
        session.get_one(Person, session.exec(query).one().person_id).organisation_id = body.id
    return inspector


def _narrowed(lead: Driver, ref: str, *kinds: str, to: str = _OFSTED) -> str:
    path = f"/inspections/{ref}/visibility"
    answer = lead.post(path, inspectorate=to, kinds=list(kinds))
    return f"{answer.status_code} {words(answer)}"


def test_what_the_lead_narrows_is_seen_by_none_of_that_inspectorate_and_comes_back(lead: Driver, reading: str) -> None:
    base = f"/inspections/{reading}"
    across = (f"{base}/pairs", f"{base}/lists/hidden")
    assert "POL-1" in words(lead.get(f"{base}/returns"))
    assert "has changed" in _narrowed(lead, reading, "health", "local_authority")
    listed = words(lead.get(f"{base}/returns"))
    assert "HEA-1" in listed
    assert "POL-1" not in listed
    assert [lead.get(path).status_code for path in across] == [404, 404]
    with transaction() as session:
        assert sight(session, reading)[_OFSTED] == {"health", "local_authority"}
        everything = sight(session, reading)["Care Quality Commission"]
    _narrowed(lead, reading, *everything)
    assert "POL-1" in words(lead.get(f"{base}/returns"))
    assert lead.get(across[0]).status_code == 200
    with transaction() as session:
        query = select(AuditEntry).where(AuditEntry.inspection == reading, AuditEntry.action == NARROWED)
        entries = session.exec(query.order_by(col(AuditEntry.number))).all()
    assert [len(entry.facts["sees"]) for entry in entries] == [2, len(everything)]
    assert all(entry.actor.startswith("lead_inspector: P-") for entry in entries)


@pytest.mark.parametrize(("to", "kinds"), [("Ofsted", ()), ("Ofsted", ("custody",)), ("Ofted", ("health",))])
def test_a_choice_that_means_nothing_is_refused(lead: Driver, reading: str, to: str, kinds: tuple[str, ...]) -> None:
    assert _narrowed(lead, reading, *kinds, to=to).startswith("422")


def test_a_lead_never_widens_what_the_theme_lets_be_seen(
    lead: Driver, reading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.reading.visibility.kinds_seen", lambda *_: frozenset({"health"}))
    assert _narrowed(lead, reading, "health", "police").startswith("422")
    with transaction() as session:
        assert sight(session, reading)[_OFSTED] == {"health"}


def test_an_inspector_reads_it_and_changes_nothing(lead: Driver, reading: str) -> None:
    with transaction() as session:
        query = select(Membership).where(Membership.inspection == reading, Membership.role == Role.LEAD)
        session.exec(query).one().role = Role.INSPECTOR
    shown = lead.get(f"/inspections/{reading}/visibility")
    assert "Does not see" not in shown.text
    assert "<form" not in shown.text.split("<main")[1].split("</main")[0]
    # The page has no form for them, so the token is that of another page.
    path = f"/inspections/{reading}/visibility"
    assert lead.post(path, page="/account", inspectorate=_OFSTED, kinds=["health"]).status_code == 404


def test_an_ended_inspection_narrows_nothing(reading: str) -> None:
    from tasks.reading.visibility import SightRefusedError, narrow

    moved_to(reading, Stage.CANCELLED)
    with transaction() as session, pytest.raises(SightRefusedError, match="cancelled"):
        narrow(session, reading, _OFSTED, ["health"], by="lead_inspector: P-1")
    with transaction() as session:
        assert session.get_one(Inspection, reading).stage is Stage.CANCELLED
