"""The day a key leaks, rehearsed: each key is replaced while the portal runs, and what it opened is shut at once."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import col, select

from deployments.keys import main
from deployments.state import State, write_private
from models.key_ring import FIRST, REMEMBERED, Key, KeyRing, Purpose, read_ring
from models.roles import Role
from models.states import SignInWay
from models.tables import AuditEntry, Inspection, Person
from portal.app import app
from portal.operator.door import COOKIE as OPERATOR
from portal.pages.forms import COOKIE as BROWSER
from portal.pages.session import COOKIE
from tasks.ground.database import transaction
from tasks.ground.digests import keyed
from tasks.ground.keys import keep_keys, pseudonym_key, seed_for
from tasks.ground.sealing import new_data_key
from tasks.ground.signing import public_keys, sign, verify
from tasks.ground.wrapping import unwrap, wrap
from tasks.ledger import audit
from tasks.people.delivery import is_mark_of, mark_of
from tasks.people.persons import PROGRAMME, members
from tasks.people.sessions import begin
from tasks.people.sign_in_links import make_link, outbox_key, secret_of
from tasks.people.tokens import make_token
from tests.portal.pages.made_up import TestClient, set_to
from tests.tasks.people import correspondence

ADDRESS = "lena@inspect.jtai-area.uk"


@pytest.fixture
def keys_file(ledger: None, tmp_path: Path) -> Iterator[Path]:  # noqa: ARG001 - there is a ledger
    """Let the portal of this test have keys of its own, and a live inspection."""
    state = State(tmp_path / "state")
    state.keep_keys()
    with set_to(secret_key=None, keys_file=state.keys_file):
        correspondence.inspection()
        with transaction() as session:
            keep_keys(row := session.get_one(Inspection, correspondence.REF))
            session.add(row)
        yield state.keys_file


@dataclass
class Opened:
    """What each key has made for somebody, and whether it still opens what it opened."""

    checks: dict[Purpose, Callable[[], bool]]

    def working(self) -> set[Purpose]:
        """Return the purposes whose things still count."""
        return {purpose for purpose, check in self.checks.items() if check()}


def answers(path: str, token: str = "", **cookies: str) -> bool:
    client = TestClient(app)
    client.cookies.update(cookies)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return bool(client.get(path, headers=headers, follow_redirects=False).status_code == 200)


def made_now() -> Opened:
    """Make one thing under each key that is current now."""
    with transaction() as session:
        lead: Person = members(session, correspondence.REF, Role.LEAD)[0][1]
        cookie = begin(session, lead, SignInWay.OWN_LINK)
        link = make_link(session, correspondence.REF, role=Role.LEAD, person=lead.name, person_id=lead.id).id
        inspection = session.get_one(Inspection, correspondence.REF)
    way = f"/sign-in/{link}/{secret_of(link)}"
    token, _ = make_token(correspondence.REF, "police", "exports", by="test")
    operator, mark = outbox_key(), mark_of(ADDRESS)
    seeds = [seed_for(inspection, draw) for draw in (1, 20)]
    pseudonyms, signature = pseudonym_key(inspection), sign(b"anchor")
    wrapped = wrap(new_data_key(), correspondence.REF)
    return Opened(
        {
            Purpose.SESSIONS: lambda: answers("/home", **{COOKIE: cookie}),
            Purpose.LINKS: lambda: answers(way),
            Purpose.TOKENS: lambda: answers("/api/requests", token),
            Purpose.OPERATOR: lambda: answers("/outbox.json", operator),
            Purpose.SEEDS: lambda: [seed_for(inspection, draw) for draw in (1, 20)] == seeds,
            Purpose.PSEUDONYMS: lambda: pseudonym_key(inspection) == pseudonyms,
            Purpose.ADDRESSES: lambda: is_mark_of(ADDRESS, mark),
            Purpose.SIGNATURES: lambda: any(verify(b"anchor", signature, key) for key in public_keys()),
            Purpose.EVIDENCE: lambda: unwrap(wrapped).id == wrapped.id,
        }
    )


def entries(action: str) -> list[AuditEntry]:
    with transaction() as session:
        return list(
            session.exec(select(AuditEntry).where(AuditEntry.action == action).order_by(col(AuditEntry.number)))
        )


@pytest.mark.parts
@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_key_that_leaked_opens_nothing_more_and_every_other_still_does(keys_file: Path, purpose: Purpose) -> None:
    opened = made_now()
    assert opened.working() == set(Purpose)
    assert main(["replace", purpose.value]) == 0
    lost = set() if purpose in REMEMBERED else {purpose}
    assert opened.working() == set(Purpose) - lost
    assert made_now().working() == set(Purpose)
    entry = entries("key.replaced")[-1]
    assert entry.subject == purpose.value
    now = read_ring(keys_file.read_text())
    assert entry.facts["key"] == now.keys[purpose][0].id
    with transaction() as session:
        for chain in (PROGRAMME, correspondence.REF):
            assert audit.verify(*audit.chain(session, chain)) is None
    assert not [key for keys in now.keys.values() for key in keys if key.text in str(entry.facts)]


@pytest.mark.parts
@pytest.mark.usefixtures("keys_file")
def test_all_keys_at_once_end_every_way_in_and_change_no_draw() -> None:
    opened = made_now()
    assert main(["replace", "all"]) == 0
    assert opened.working() == REMEMBERED
    assert made_now().working() == set(Purpose)


@pytest.mark.parts
@pytest.mark.usefixtures("keys_file")
def test_a_key_is_changed_on_an_ordinary_day_without_anybody_noticing() -> None:
    opened = made_now()
    assert main(["replace", "all", "--keep-old"]) == 0
    assert opened.working() == set(Purpose)
    assert main(["replace", "links"]) == 0
    assert opened.working() == set(Purpose) - {Purpose.LINKS}


@pytest.mark.parts
@pytest.mark.usefixtures("keys_file")
@pytest.mark.parametrize("purpose", [Purpose.OPERATOR, Purpose.SESSIONS])
def test_the_operators_session_and_open_forms_end_with_either_key(purpose: Purpose) -> None:
    client = TestClient(app)
    page = client.get("/operator").text
    form = {"csrf": page.split('name="csrf" value="')[1].split('"')[0], "page": "work"}
    came_in = client.post("/operator", data={**form, "key": outbox_key()}, follow_redirects=False)
    assert came_in.status_code == 303
    assert OPERATOR in client.cookies
    assert BROWSER in client.cookies
    assert client.get("/work").status_code == 200
    assert main(["replace", purpose.value]) == 0
    assert client.get("/work").status_code == 404
    again = client.post("/operator", data={**form, "key": outbox_key()}, follow_redirects=False)
    # A form that was open is refused where forms are signed by the key that was replaced.
    assert again.status_code == (403 if purpose is Purpose.SESSIONS else 303)


@pytest.mark.parts
@pytest.mark.usefixtures("ledger")
def test_a_stack_with_the_one_key_of_before_keeps_all_that_it_made(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.remember("secrets", {"secret_key": "old"})
    with set_to(secret_key="old"):
        correspondence.inspection()
        opened = made_now()
    state.keep_keys()
    with set_to(secret_key=None, keys_file=state.keys_file):
        assert opened.working() == set(Purpose)
        with transaction() as session:
            assert session.get_one(Inspection, correspondence.REF).seed_key == FIRST
        assert outbox_key() == keyed("old", "outbox")[:32]
        assert main(["replace", "all"]) == 0
        assert opened.working() == REMEMBERED


def test_a_key_for_a_newer_purpose_is_added_and_the_others_stay(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.keep_keys()
    keys = json.loads(state.keys_file.read_text())
    state.keys_file.write_text(json.dumps({purpose: keys[purpose] for purpose in keys if purpose != "evidence"}))
    for _ in range(2):
        state.keep_keys()
        again = json.loads(state.keys_file.read_text())
        assert {purpose: again[purpose] for purpose in keys if purpose != "evidence"} == {
            purpose: keys[purpose] for purpose in keys if purpose != "evidence"
        }
        assert len(again["evidence"]) == 1
    assert state.keys_file.stat().st_mode & 0o077 == 0


def test_keys_are_made_once_and_nobody_else_reads_them(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.keep_keys()
    first = state.keys_file.read_text()
    state.keep_keys("another")
    assert state.keys_file.read_text() == first
    assert state.keys_file.stat().st_mode & 0o777 == 0o600
    assert "secret_key" not in state.secrets()


def test_the_list_names_ids_and_no_secret(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = State(tmp_path / "state")
    state.keep_keys()
    with set_to(secret_key=None, keys_file=state.keys_file):
        assert main([]) == 0
    shown = capsys.readouterr().out
    for purpose, (key,) in read_ring(state.keys_file.read_text()).keys.items():
        assert f"{purpose.value.ljust(12)}{key.id}" in shown
        assert key.text not in shown


@pytest.mark.parts
@pytest.mark.usefixtures("keys_file")
def test_the_operators_new_key_is_printed_without_a_restart(capsys: pytest.CaptureFixture[str]) -> None:
    before = outbox_key()
    assert main(["replace", "operator"]) == 0
    capsys.readouterr()
    assert main(["operator"]) == 0
    shown = capsys.readouterr().out.strip()
    assert shown != before
    assert answers("/outbox.json", shown)
    assert not answers("/outbox.json", before)


def test_new_keys_are_what_a_service_without_any_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new"]) == 0
    assert set(read_ring(capsys.readouterr().out).keys) == set(Purpose)


def test_keys_of_the_environment_are_replaced_where_they_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    with set_to():
        assert main(["replace", "links"]) == 1
    assert "store of secrets" in capsys.readouterr().err


def test_a_key_is_replaced_although_the_database_does_not_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = State(tmp_path / "state")
    state.keep_keys()
    before = state.keys_file.read_text()
    with set_to(secret_key=None, keys_file=state.keys_file, database_url=None, state=tmp_path):
        assert main(["replace", "links"]) == 1
    assert "the audit has no entry of it" in capsys.readouterr().err
    assert state.keys_file.read_text() != before


@pytest.mark.parametrize("arguments", [["replace"], ["replace", "nothing"], ["forget", "links"]])
def test_a_misspelt_command_is_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_keys_of_an_older_version_get_those_that_they_lack_and_keep_the_rest(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    state.keep_keys()
    before = read_ring(state.keys_file.read_text())
    older: dict[Purpose, tuple[Key, ...]] = {**before.keys}
    del older[Purpose.SIGNATURES]
    write_private(state.keys_file, KeyRing(older).to_text())
    state.keep_keys()
    after = read_ring(state.keys_file.read_text())
    assert {purpose: after.keys[purpose] for purpose in older} == older
    assert len(after.keys[Purpose.SIGNATURES]) == 1
    state.keep_keys()
    assert read_ring(state.keys_file.read_text()) == after
