"""Tokens by which an agency's own programs send returns; the secret part is derived and never stored."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlmodel import Session, select

from models.ids import agency_id
from models.key_ring import Purpose
from models.refusals import Refusal, check_kept
from models.roles import Role
from models.tables import Agency, ApiToken
from models.tables.base import utc_now
from models.words import plain
from tasks.ground.database import transaction
from tasks.ground.keys import derived, is_derived
from tasks.ledger import audit
from tasks.ledger.rows import inspection_of
from tasks.people.access import is_open

_PREFIX = "jtai"
_DIGITS = 48
DAYS = 90


class TokenRefusedError(Refusal):
    """A token is wrong, has expired or was revoked; the sentence does not show which."""

    def __init__(self) -> None:
        super().__init__("The token is not correct or has expired. Ask the inspection team for a new one.")


class UnknownAgencyError(Refusal):
    """No agency of this kind takes part in the inspection."""

    def __init__(self, ref: str, kind: str) -> None:
        super().__init__(f"No {plain(kind)} takes part in {ref}.")


def make_token(ref: str, kind: str, name: str, *, by: str, days: int = DAYS) -> tuple[str, datetime]:
    """Make a token for an agency of an inspection; return it whole, as it is never shown again, and when it ends.

    Raises:
        UnknownInspectionError: no such inspection.
        UnknownAgencyError: no such agency takes part.
        ControlCharacterError: the name holds characters that no keyboard makes.
    """
    check_kept("name", name)
    with transaction() as session:
        inspection_of(session, ref, lock=True)
        agency = session.get(Agency, agency_id(ref, kind))
        if agency is None:
            raise UnknownAgencyError(ref, kind)
        row = ApiToken(
            id=uuid4().hex,
            inspection=ref,
            agency_id=agency.id,
            name=name,
            made_by=by,
            expires_at=utc_now() + timedelta(days=days),
        )
        session.add(row)
        facts = {"token": row.id, "until": row.expires_at.isoformat()}
        audit.append(session, ref, actor=by, action="token.made", subject=agency.id, facts=facts)
    secret = derived(Purpose.TOKENS, f"token/{row.id}", _DIGITS)
    return f"{_PREFIX}_{row.id}_{secret}", row.expires_at


def revoke_tokens(ref: str, kind: str, *, by: str) -> int:
    """Revoke every token of an agency; return how many were not revoked before."""
    with transaction() as session:
        inspection_of(session, ref, lock=True)
        query = select(ApiToken).where(ApiToken.agency_id == agency_id(ref, kind), ApiToken.revoked_at == None)  # noqa: E711
        rows = session.exec(query).all()
        for row in rows:
            row.revoked_at = utc_now()
            session.add(row)
        facts = {"tokens": len(rows)}
        audit.append(session, ref, actor=by, action="tokens.revoked", subject=agency_id(ref, kind), facts=facts)
    return len(rows)


def token_row(session: Session, given: str) -> ApiToken:
    """Return the row of a valid token.

    Raises:
        TokenRefusedError: it is wrong, has expired or was revoked.
    """
    prefix, _, rest = given.partition("_")
    identity, _, secret = rest.partition("_")
    # By the id, which is no secret, so that no search of the database depends on the secret.
    row = session.get(ApiToken, identity) if prefix == _PREFIX and identity.isalnum() else None
    # The comparison is made in any case, so that its time shows nothing.
    right = is_derived(Purpose.TOKENS, f"token/{identity}", _DIGITS, secret)
    if row is None or not right or row.revoked_at is not None or row.expires_at <= utc_now():
        raise TokenRefusedError
    if not is_open(session, row.inspection, Role.OFFICER):
        # All access ends with the inspection, that of programs too (L15).
        raise TokenRefusedError
    return row
