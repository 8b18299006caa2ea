"""Sign-in by an OpenID Connect provider: what its token proves, and which person that is."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from models.england import ENGLAND
from models.refusals import OperatorError, Refusal
from models.roles import PROGRAMME_ROLES, Role
from models.settings import settings
from models.tables import Agency, Organisation, Person
from tasks.ledger import audit
from tasks.people.access import PROVIDER as BY
from tasks.people.changing import live_roles
from tasks.people.persons import PROGRAMME, end_role, give_role
from tasks.people.sessions import end_all

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
"""Signatures that we accept: never `none`, and none by a shared secret, which other clients may know."""
_LEEWAY = 60
AGAIN = "The sign-in did not work. Start again from the sign-in page."


class ProviderRefusedError(Refusal):
    """The provider's answer signs nobody in; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Proven:
    """Who a provider says that somebody is.

    Attributes:
        issuer: the provider.
        subject: the person there, which never changes and is never given to another.
        address: their email address, where the provider has verified it; else empty.
        claims: everything in the token.
    """

    issuer: str
    subject: str
    address: str
    claims: Mapping[str, Any]


def proven(token: str, keys: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str) -> Proven:
    """Return what an ID token proves.

    Args:
        token: as the provider gave it.
        keys: the provider's public keys (JWKS).
        issuer: that must have issued it.
        client_id: that it must be for.
        nonce: that we sent with the question.

    Raises:
        ProviderRefusedError: it is no token, is for somebody else, has expired or answers another question.
        UnknownProviderKeyError: it is signed by none of the keys.
    """
    try:
        decoded = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=ALGORITHMS)  # type: ignore[arg-type]
    except (InvalidKeyIdError, BadSignatureError):
        raise UnknownProviderKeyError from None
    except (JoseError, ValueError):
        raise ProviderRefusedError(AGAIN) from None
    claims = decoded.claims
    rules = jwt.JWTClaimsRegistry(
        leeway=_LEEWAY,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        rules.validate(claims)
    except JoseError:
        raise ProviderRefusedError(AGAIN) from None
    audience = claims["aud"]
    # A token for several must say for whom it was made.
    if isinstance(audience, list) and len(audience) > 1 and claims.get("azp") != client_id:
        raise ProviderRefusedError(AGAIN)
    address = str(claims.get("email", "")).lower() if claims.get("email_verified") is True else ""
    return Proven(issuer, str(claims["sub"]), address, claims)


def proved_since(claims: Mapping[str, Any], moment: int) -> bool:
    """Return whether a provider says that somebody proved themselves at a moment or later, in seconds since 1970.

    A provider that says nothing, or no number, may have let in by a sign-in of yesterday.
    """
    at = claims.get("auth_time")
    return isinstance(at, (int, float)) and not isinstance(at, bool) and at >= moment - _LEEWAY


class UnknownProviderKeyError(Exception):
    """A token is signed by a key that we have not read, perhaps under the id of one that we have.

    The provider may have changed its keys.
    """


def linked_person(session: Session, who: Proven) -> Person | None:
    """Return the person who is linked to a provider's account, or None where nobody is."""
    account = (Person.issuer == who.issuer, Person.subject == who.subject, col(Person.ended_at).is_(None))
    return session.exec(select(Person).where(*account)).one_or_none()


def person_proven(session: Session, who: Proven) -> Person:
    """Return the person whom a provider proved, linked to it the first time by their verified address.

    Raises:
        ProviderRefusedError: nobody of this address was entered, several were, or the person belongs to another
            account.
    """
    linked = linked_person(session, who)
    if linked is not None:
        return linked
    query = select(Person).where(Person.address == who.address, col(Person.ended_at).is_(None), col(Person.proven))
    people = list(session.exec(query.with_for_update())) if who.address else []
    if len(people) != 1 or people[0].made_up:
        raise ProviderRefusedError(
            "You proved who you are, but nobody has entered you here yet. Ask the programme manager to enter you with "
            "the email address that your provider knows."
        )
    person = people[0]
    if person.subject:
        # Another account of the same address: perhaps a mailbox that was given to somebody else.
        raise ProviderRefusedError("Another account has already signed in with your email address. Tell the operator.")
    person.issuer, person.subject = who.issuer, who.subject
    session.add(person)
    audit.append(session, PROGRAMME, actor=person.id, action="person.linked", subject=person.id)
    return person


class _ClaimedRole(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    claim: str
    value: str
    role: Role


class _Mapping(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    role: tuple[_ClaimedRole, ...] = ()


class ClaimMappingError(OperatorError):
    """The file that maps claims to roles cannot be used."""

    brief = "mapping of claims is wrong"

    def __init__(self) -> None:
        super().__init__(
            "The file of JTAI_OIDC_MAPPING is missing or wrong. Each [[role]] needs claim, value and role. The role is "
            f"one of {', '.join(sorted(PROGRAMME_ROLES))}."
        )


def claimed_roles(file: Path, claims: Mapping[str, Any]) -> frozenset[Role]:
    """Return the roles in the programme that claims give by the mapping file.

    Raises:
        ClaimMappingError: the file is missing or wrong.
    """
    try:
        mapping = _Mapping.model_validate(tomllib.loads(file.read_text()))
    except (OSError, ValueError):
        raise ClaimMappingError from None
    if any(row.role not in PROGRAMME_ROLES for row in mapping.role):
        raise ClaimMappingError
    return frozenset(row.role for row in mapping.role if _has(claims.get(row.claim), row.value))


def _has(claim: Any, value: str) -> bool:
    return value in claim if isinstance(claim, Sequence) and not isinstance(claim, str) else claim == value


def follow(session: Session, person: Person, claims: Mapping[str, Any], now: datetime) -> str:
    """Let what a provider says of a person now take effect, and return why they are not let in; empty where they are.

    Nothing is raised, as what ended must stay ended.

    Raises:
        ClaimMappingError: the file that maps claims to roles is missing or wrong.
    """
    person.claims_at = now
    session.add(person)
    if (mapping := settings().oidc_mapping) is not None:
        follow_roles(session, person, claimed_roles(mapping, claims), now)
    if (claim := settings().oidc_organisation_claim) is None:
        return ""
    organisations = _claimed_organisations(session, claims.get(claim))
    if organisations:
        follow_organisations(session, person, organisations)
        return ""
    # Perhaps the claim was misnamed: roles stay, so that nobody must give them all anew, and let in by the provider
    # to nothing.
    end_all(session, person.id, by=BY)
    return (
        "You proved who you are, but your provider does not name an organisation that is entered here. Tell the "
        "operator."
    )


def follow_roles(session: Session, person: Person, roles: frozenset[Role], now: datetime) -> None:
    """Give a person the roles that their claims give now, and end those that the claims gave before and do no more."""
    given = {row.role: row for row in live_roles(session, person) if row.given_by == BY}
    for role in given.keys() - roles:
        end_role(session, given[role].id, by=BY)
    for role in sorted(roles - given.keys()):
        give_role(session, person, role, by=BY, from_day=now.astimezone(ENGLAND).date())


def _claimed_organisations(session: Session, claim: Any) -> tuple[Organisation, ...]:
    """Return the organisations whose codes a claim holds, and those whose place they have taken."""
    codes = claim if isinstance(claim, list) else [claim]
    wanted = {code for code in codes if isinstance(code, str)} - {""}
    rows = list(session.exec(select(Organisation).where(col(Organisation.code).in_(wanted)).order_by(Organisation.id)))
    for row in rows:
        before = session.exec(select(Organisation).where(Organisation.successor_id == row.id))
        rows += [each for each in before if each not in rows]
    return tuple(rows)


def follow_organisations(session: Session, person: Person, organisations: Sequence[Organisation]) -> None:
    """End a person's roles for organisations that they do not work for; those that claims give follow the claims.

    A role in an agency is one for the agency's organisation, and every other for that of the person, who is entered
    in the first of those that are claimed where they are in none of them.
    """
    own = {row.id for row in organisations}
    for row in live_roles(session, person):
        agency = session.get_one(Agency, row.agency_id) if row.agency_id else None
        body = agency.organisation_id if agency else person.organisation_id
        if row.given_by != BY and body is not None and body not in own:
            end_role(session, row.id, by=BY)
    if person.organisation_id not in own:
        person.organisation_id = organisations[0].id
        session.add(person)
        audit.append(session, PROGRAMME, actor=BY, action="person.corrected", subject=person.id)
