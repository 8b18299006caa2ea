"""Sessions of people at browsers: kept here, listed, ended at once; a browser holds only a secret (L15).

The secret is the name of the session and, from the second sign-in on, a part that each further one replaces. The name
stays, so that forms which were open before can still be sent; whoever copied an older secret has nothing by it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import ClassVar

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.key_ring import FIRST, Key, Purpose
from models.refusals import Refusal
from models.settings import settings
from models.states import SignInWay
from models.tables import Person, SignIn
from models.tables.base import utc_now
from tasks.ground.digests import keyed, sha256
from tasks.ground.keys import current_key, keys_of
from tasks.ledger import audit
from tasks.people.access import Door, doors_of, lapsed_before, lasting_doors_of
from tasks.people.persons import PROGRAMME

# A page writes when its visitor was seen, but not every one of a page's parts does.
_SEEN_EVERY = timedelta(seconds=30)
_ASKED_EVERY = timedelta(minutes=5)
_RENEWED = "."  # in no part of a secret
STEP_UP = timedelta(minutes=15)
"""Approving, publishing, signing and destroying ask for a sign-in that is younger than this."""


class SignInAgainError(Refusal):
    """What is asked needs a sign-in younger than that of this session."""

    SENTENCE: ClassVar[str] = "Sign in again to do this. You signed in more than 15 minutes ago."

    def __init__(self) -> None:
        super().__init__(self.SENTENCE)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who is signed in, with the roles that let them in at this moment.

    Attributes:
        session: id of the session, which is no secret.
        person: reference of the person.
        name: their name, for their own pages alone.
        proven: whether the name is proven.
        acts_as: the role in which they look at an agency's pages.
        proven_at: when they last proved who they are.
        doors: the roles that let them in now.
        to_check: whether the provider should be asked again what is so of them.
    """

    session: str
    person: str
    name: str
    proven: bool
    acts_as: str
    proven_at: datetime
    doors: tuple[Door, ...]
    to_check: bool = False

    def is_fresh(self, now: datetime | None = None) -> bool:
        """Return whether the sign-in is of the last 15 minutes."""
        return (now or utc_now()) - self.proven_at <= STEP_UP

    def check_fresh(self, now: datetime | None = None) -> None:
        """Refuse what needs a fresh sign-in.

        Raises:
            SignInAgainError: the sign-in is older than 15 minutes.
        """
        if not self.is_fresh(now):
            raise SignInAgainError


def _id_of(secret: str, key: Key) -> str:
    """Return the id of a session: whoever reads the table cannot make the cookie from it, and a new key ends it."""
    # Sessions of the first key began when ids had no key in them.
    made = sha256(secret.encode()) if key.id == FIRST else keyed(key.text, f"session/{secret}")
    return made[:40]


def session_of(session: Session, secret: str) -> SignIn | None:
    """Return the session that a secret is or was of, however it stands; None where there never was one."""
    # Where the key was replaced a moment ago, older keys may still count.
    name = name_in(secret)
    rows = (session.get(SignIn, _id_of(name, key)) for key in keys_of(Purpose.SESSIONS)) if name else ()
    return next((row for row in rows if row is not None), None)


def name_in(secret: str) -> str:
    """Return the part of a session's secret that stays the same for as long as the session lasts."""
    return secret.partition(_RENEWED)[0]


def _is_newest(row: SignIn, secret: str) -> bool:
    """Return whether a secret is the last that was given for its session."""
    return compare_digest(row.renewed, _digest_of(secret.partition(_RENEWED)[2]))


def _digest_of(part: str) -> str:
    return sha256(part.encode()) if part else ""


def _renew(session: Session, row: SignIn, secret: str) -> str:
    """Give a session a new secret, by which every older one is good for nothing, and return it."""
    part = secrets.token_urlsafe(32)
    row.renewed = _digest_of(part)
    session.add(row)
    return f"{name_in(secret)}{_RENEWED}{part}"


def begin(session: Session, person: Person, way: SignInWay, *, acts_as: str | None = None, chain: str = "") -> str:
    """Begin a session and return its secret, which only the browser keeps."""
    secret, now = secrets.token_urlsafe(32), utc_now()
    row = SignIn(
        id=_id_of(secret, current_key(Purpose.SESSIONS)),
        person_id=person.id,
        way=way,
        acts_as=acts_as,
        claims_at=now if way is SignInWay.PROVIDER else None,
        expires_at=now + timedelta(hours=settings().session_hours),
    )
    session.add(row)
    session.flush()
    _record_proof(session, row, chain)
    return secret


def _record_proof(session: Session, row: SignIn, chain: str) -> None:
    facts = {"session": row.id[:12], "way": row.way.value}
    audit.append(
        session, chain or PROGRAMME, actor=row.person_id, action="signed-in", subject=row.person_id, facts=facts
    )


def come_in(
    session: Session, person: Person, way: SignInWay, *, current: str = "", acts_as: str | None = None, chain: str = ""
) -> str:
    """Prove a person's session anew where their browser has one, or begin one; return the session's new secret.

    The session stays the same, so that a form which the person had open can still be sent. That of somebody else at
    the same browser ends, as nobody but a thief would still have its secret.

    Args:
        session: a transaction.
        person: who has proved who they are.
        way: how.
        current: the secret that the browser keeps; empty where it keeps none.
        acts_as: the role in an agency that they come in by.
        chain: of the audit, an inspection; empty for the programme's.
    """
    running = _running(session_of(session, current), current)
    row = _locked(session, running.id, current) if running else None
    if row is not None and row.person_id != person.id:
        end(session, row.id, by=person.id)
    if row is None or row.person_id != person.id:
        return begin(session, person, way, acts_as=acts_as, chain=chain)
    row.proven_at = row.seen_at = utc_now()
    row.claims_at = row.proven_at if way is SignInWay.PROVIDER else row.claims_at
    row.way, row.acts_as = way, acts_as or row.acts_as
    _record_proof(session, row, chain)
    return _renew(session, row, current)


def _locked(session: Session, session_id: str, secret: str) -> SignIn | None:
    """Return a session, locked, or None where it got another secret since it was read."""
    row = session.get_one(SignIn, session_id, with_for_update=True, populate_existing=True)
    return row if row.ended_at is None and _is_newest(row, secret) else None


def signed_in(session: Session, secret: str, *, for_concerns: bool = False) -> SignedIn | None:
    """Return who holds a session's secret, or None where it has ended, was idle too long or lets in nowhere.

    Args:
        session: a transaction.
        secret: that the browser keeps.
        for_concerns: whether the page is about children in danger, to which a role goes on to let in.
    """
    now = utc_now()
    row = _running(session_of(session, secret), secret)
    # The provider may no longer know whoever this is, and nobody could ask it (L15).
    if row is None or (row.claims_at is not None and row.claims_at <= lapsed_before(now)):
        return None
    # Roles are read anew at each page: who loses one is out at once, and not when the session ends (L15).
    person = session.get_one(Person, row.person_id)
    doors = (lasting_doors_of if for_concerns else doors_of)(session, person.id, now)
    if person.ended_at is not None or not doors:
        return None
    # Not at each page: most pages only read, and each would write a row.
    if now - row.seen_at > _SEEN_EVERY:
        row.seen_at = now
        session.add(row)
    named = (row.id, person.id, person.name, person.proven)
    return SignedIn(*named, row.acts_as or "", row.proven_at, doors, _is_to_check(row, now))


def _running(row: SignIn | None, secret: str) -> SignIn | None:
    """Return a session that has not ended and is not too old, whatever its person may do now; None for any other."""
    now = utc_now()
    if row is None or row.ended_at is not None or row.expires_at <= now:
        return None
    # An older secret was copied by somebody, or waits in a tab that has not moved since.
    if not _is_newest(row, secret):
        return None
    if row.seen_at + timedelta(minutes=settings().idle_minutes) <= now:
        return None
    return row


def _is_to_check(row: SignIn, now: datetime) -> bool:
    if row.claims_at is None or row.claims_at + timedelta(minutes=settings().oidc_check_minutes) > now:
        return False
    # Where the provider gave no answer, people go on for a while and are not sent there at every page.
    return row.asked_at is None or row.asked_at + _ASKED_EVERY <= now


def note_question(session: Session, secret: str) -> None:
    """Record that a session's browser is sent to the provider, which is asked again what is so of its person."""
    row = _running(session_of(session, secret), secret)
    if row is not None:
        row.asked_at = utc_now()
        session.add(row)


def check(session: Session, secret: str, person: Person) -> bool:
    """Record that a provider still knows the person of a session; return whether it is of that person.

    Nothing is proven anew by it: what weighs most asks for a sign-in as before.
    """
    row = _running(session_of(session, secret), secret)
    if row is None or row.person_id != person.id or row.claims_at is None:
        return False
    row.claims_at = utc_now()
    session.add(row)
    return True


def lapse(session: Session, secret: str) -> None:
    """Let a session in to nothing until its person signs in again, whom the provider no longer knows."""
    row = _running(session_of(session, secret), secret)
    if row is not None and row.claims_at is not None:
        row.claims_at = lapsed_before(utc_now())
        session.add(row)


def act_as(session: Session, visitor: SignedIn, secret: str, membership: str) -> str:
    """Let a session look at an agency's pages in another of its person's roles, and return its new secret.

    Where it got another secret or ended a moment ago, nothing changes, and the secret that is returned is empty.
    """
    row = _locked(session, visitor.session, secret)
    if row is None:
        return ""
    row.acts_as = membership
    return _renew(session, row, secret)


def sessions_of(session: Session, person_id: str) -> list[SignIn]:
    """Return a person's sessions that have not ended, newest first."""
    query = _not_over().where(SignIn.person_id == person_id)
    return list(session.exec(query.order_by(col(SignIn.began_at).desc())))


def sessions_in_use(session: Session) -> list[SignIn]:
    """Return all sessions by which a page would open now, the one that was used last first."""
    since = utc_now() - timedelta(minutes=settings().idle_minutes)
    query = _not_over().where(SignIn.seen_at > since)
    return list(session.exec(query.order_by(col(SignIn.seen_at).desc(), SignIn.id)))


def _not_over() -> SelectOfScalar[SignIn]:
    return select(SignIn).where(col(SignIn.ended_at).is_(None), SignIn.expires_at > utc_now())


def end(session: Session, session_id: str, *, by: str) -> None:
    """End a session at once."""
    row = session.get(SignIn, session_id, with_for_update=True)
    if row is not None and row.ended_at is None:
        row.ended_at = utc_now()
        session.add(row)
        facts = {"session": row.id[:12]}
        audit.append(session, PROGRAMME, actor=by, action="signed-out", subject=row.person_id, facts=facts)


def end_all(session: Session, person_id: str, *, by: str) -> int:
    """End every session of a person and return how many there were."""
    rows = sessions_of(session, person_id)
    for row in rows:
        end(session, row.id, by=by)
    return len(rows)
