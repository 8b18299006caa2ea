"""A provider's token: what it proves, and each way in which it proves nothing."""

import hmac
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlmodel import select

from models.roles import Role
from models.settings import reread
from models.states import OrganisationKind, SignInWay
from models.tables import Agency, AuditEntry, Organisation, Person
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.people.access import doors_of
from tasks.people.organisations import add_organisation
from tasks.people.persons import Entered, add_person, give_role
from tasks.people.provider import (
    ClaimMappingError,
    Proven,
    ProviderRefusedError,
    UnknownProviderKeyError,
    claimed_roles,
    follow,
    follow_roles,
    person_proven,
    proved_since,
    proven,
)
from tasks.people.sessions import begin, signed_in

ISSUER, CLIENT, NONCE = "https://provider.example", "jtai", "n-1"
KEY = RSAKey.generate_key(2048, {"kid": "one"}, auto_kid=False)
NEXT = RSAKey.generate_key(2048, {"kid": "two"}, auto_kid=False)
KEYS = {"keys": [KEY.as_dict(private=False)]}


def token(key: Any = KEY, alg: str = "RS256", kid: str = "one", **changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": CLIENT, "sub": "s-1", "nonce": NONCE, "iat": now, "exp": now + 300}
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return jwt.encode({"alg": alg, "kid": kid}, claims, key, algorithms=[alg])


def read(given: str, keys: dict[str, Any] = KEYS) -> Proven:
    return proven(given, keys, issuer=ISSUER, client_id=CLIENT, nonce=NONCE)


def test_a_right_token_names_subject_and_verified_address() -> None:
    who = read(token(email="A.Lee@Example.org", email_verified=True))
    assert (who.issuer, who.subject, who.address) == (ISSUER, "s-1", "a.lee@example.org")
    for verified in (None, False, "true", 1):
        assert read(token(email="a.lee@example.org", email_verified=verified)).address == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"iss": ISSUER + "/"},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"nonce": "n-2"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"iat": int(time.time()) + 9000},
        {"nbf": int(time.time()) + 9000},
    ],
)
def test_a_token_of_another_provider_for_another_client_or_question_or_time_proves_nothing(
    changes: dict[str, Any],
) -> None:
    with pytest.raises(ProviderRefusedError, match="Start again"):
        read(token(**changes))


def test_a_token_for_several_that_was_made_for_us_is_taken() -> None:
    assert read(token(aud=[CLIENT, "another"], azp=CLIENT)).subject == "s-1"


@pytest.mark.parametrize("given", ["", "a.b.c", "é"])
def test_what_is_no_token_proves_nothing(given: str) -> None:
    with pytest.raises(ProviderRefusedError):
        read(given)


def test_no_signature_and_a_signature_by_the_public_key_prove_nothing() -> None:
    body = token().split(".")[1]
    with pytest.raises(ProviderRefusedError):
        read(f"eyJhbGciOiJub25lIn0.{body}.")
    # The classic trick: a secret that everybody knows, the public key itself, with an algorithm of shared secrets.
    head = "eyJhbGciOiJIUzI1NiIsImtpZCI6Im9uZSJ9"
    mark = hmac.digest(KEY.as_pem(private=False), f"{head}.{body}".encode(), "sha256")
    with pytest.raises((ProviderRefusedError, UnknownProviderKeyError)):
        read(f"{head}.{body}.{urlsafe_b64encode(mark).rstrip(b'=').decode()}")


def test_an_unknown_key_is_told_apart_because_providers_change_their_keys_and_not_always_the_ids() -> None:
    for kid in ("one", "two"):
        with pytest.raises(UnknownProviderKeyError):
            read(token(NEXT, kid=kid))
    assert read(token(NEXT, kid="two"), {"keys": [NEXT.as_dict(private=False)]}).subject == "s-1"


def mapped(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "claims.toml"
    file.write_text(text)
    return file


def test_claims_give_roles_in_the_programme_by_the_mapping_file(tmp_path: Path) -> None:
    file = mapped(tmp_path, '[[role]]\nclaim = "groups"\nvalue = "jtai-managers"\nrole = "manager"\n')
    assert claimed_roles(file, {"groups": ["x", "jtai-managers"]}) == {Role.MANAGER}
    for groups in ("jtai-managers-not", ["x"], None, "xjtai-managers"):
        assert claimed_roles(file, {"groups": groups}) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "role = 1",
        "[[role]]\n",
        "[[",
        '[[role]]\nclaim = "g"\nvalue = "v"\nrole = "lead_inspector"\n',
        '[[role]]\nclaim = "g"\nvalue = "v"\nrole = "king"\n',
    ],
)
def test_a_wrong_mapping_is_the_operators_fault_and_says_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(ClaimMappingError, match="JTAI_OIDC_MAPPING"):
        claimed_roles(mapped(tmp_path, text), {})
    with pytest.raises(ClaimMappingError):
        claimed_roles(tmp_path / "none", {})


def who(subject: str = "s-1", address: str = "lena@example.com", issuer: str = ISSUER) -> Proven:
    return Proven(issuer, subject, address, {})


@pytest.mark.parts
@pytest.mark.usefixtures("ledger")
def test_a_person_is_linked_once_by_their_verified_address_and_then_known_by_their_subject() -> None:
    with transaction() as session:
        person = add_person(session, Entered("Lena Lead", address="lena@example.com"), by="test")
        assert person_proven(session, who()).id == person.id
        # The provider's subject stays, though the address changes.
        assert person_proven(session, who(address="")).id == person.id
        for other in (who("s-2"), who(issuer="https://second.example")):
            with pytest.raises(ProviderRefusedError, match="Another account"):
                person_proven(session, other)


@pytest.mark.parts
@pytest.mark.usefixtures("ledger")
def test_nobody_is_let_in_who_was_not_entered_or_whose_address_two_share() -> None:
    with transaction() as session:
        for _ in range(2):
            add_person(session, Entered("Lena Lead", address="lena@example.com"), by="test")
        for stranger in (who(), who(address=""), who(address="nobody@example.com")):
            with pytest.raises(ProviderRefusedError, match="nobody has entered you"):
                person_proven(session, stranger)


@pytest.mark.parts
@pytest.mark.usefixtures("ledger")
def test_l15_a_role_that_the_claims_no_longer_give_ends() -> None:
    with transaction() as session:
        person = add_person(session, Entered("Mia Manager", address="mia@example.com"), by="test")
        for _ in range(2):
            follow_roles(session, person, frozenset({Role.MANAGER}), utc_now())
            person.claims_at = utc_now()
            assert [door.role for door in doors_of(session, person.id, utc_now())] == [Role.MANAGER]
        # Nobody has heard of the provider for twice as long as it should be asked: by a link neither.
        assert doors_of(session, person.id, utc_now() + timedelta(minutes=119))
        assert doors_of(session, person.id, utc_now() + timedelta(minutes=121)) == ()
        follow_roles(session, person, frozenset(), utc_now())
        assert doors_of(session, person.id, utc_now()) == ()


@pytest.fixture
def works_for(monkeypatch: pytest.MonkeyPatch, reading: str) -> Iterator[Person]:
    """Yield a person of Thames Valley Police who has a role there and in the health body of an inspection."""
    monkeypatch.setenv("JTAI_OIDC_ORGANISATION_CLAIM", "org")
    reread()
    with transaction() as session:
        for kind in ("police", "health"):
            body = add_organisation(session, OrganisationKind(kind), f"{kind} body", by="test")
            body.code, body.code_source = f"{kind}-1", "test"
            session.get_one(Agency, f"{reading}/{kind}").organisation_id = body.id
            session.add(body)
        police = session.get_one(Agency, f"{reading}/police").organisation_id
        person = add_person(session, Entered("Una Own", address="una@example.com", organisation=police), by="test")
        for kind in ("police", "health"):
            agency = f"{reading}/{kind}"
            give_role(
                session,
                person,
                Role.OFFICER,
                by="test",
                from_day=date(2020, 1, 1),
                inspection=reading,
                agency_id=agency,
            )
    yield person
    monkeypatch.undo()
    reread()


def after(person: Person, **claims: Any) -> tuple[str, list[str]]:
    """Return why a person is not let in by claims, and the kinds of agency in which they have a role afterwards."""
    with transaction() as session:
        why = follow(session, session.get_one(Person, person.id), claims, utc_now())
        session.flush()
        return why, sorted(door.agency_id.partition("/")[2] for door in doors_of(session, person.id, utc_now()))


def test_l15_roles_of_an_organisation_end_that_the_provider_no_longer_names(works_for: Person) -> None:
    assert after(works_for, org=["police-1", "health-1"]) == ("", ["health", "police"])
    assert after(works_for, org="police-1") == ("", ["police"])
    # Nothing comes back by itself: whoever gave the role may give it again.
    assert after(works_for, org=["police-1", "health-1"]) == ("", ["police"])
    assert after(works_for, org="health-1") == ("", [])
    with transaction() as session:
        body = session.get_one(Person, works_for.id).organisation_id
        assert session.get_one(Organisation, body).code == "health-1"
        ended = session.exec(select(AuditEntry).where(AuditEntry.action == "role.ended")).all()
        assert [entry.actor for entry in ended] == ["provider", "provider"]


def test_an_organisation_that_took_the_place_of_another_is_the_same(works_for: Person) -> None:
    with transaction() as session:
        old = session.get_one(Organisation, works_for.organisation_id)
        new = add_organisation(session, OrganisationKind.POLICE, "Thames", by="test")
        new.code = "police-2"
        old.successor_id = new.id
        session.add_all([old, new])
    assert after(works_for, org="police-2") == ("", ["police"])


@pytest.mark.parametrize("claim", [None, "", "another", [], 7, ["another", 7], {"police-1": 1}])
def test_l15_a_claim_of_no_organisation_that_is_entered_lets_in_to_nothing_and_ends_no_role(
    works_for: Person, claim: Any
) -> None:
    with transaction() as session:
        secret = begin(session, session.get_one(Person, works_for.id), SignInWay.OWN_LINK)
    why, roles = after(works_for, org=claim)
    assert "does not name an organisation that is entered here" in why
    assert roles == ["health", "police"]
    with transaction() as session:
        assert signed_in(session, secret) is None


def test_nothing_is_proved_since_a_moment_of_which_the_provider_says_nothing() -> None:
    assert not proved_since({}, 1_000)
    assert not proved_since({"auth_time": 900}, 1_000)
    assert not proved_since({"auth_time": "2000"}, 1_000)
    assert proved_since({"auth_time": 960}, 1_000)
