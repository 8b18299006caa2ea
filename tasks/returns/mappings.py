"""Keeps an agency's mappings of headers: each is a new version that its own people make, see and withdraw."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, or_, select

from models.tables import Agency, Inspection, KeptMapping
from models.tables.base import utc_now
from tasks.ground.database import transaction
from tasks.ledger import audit
from tasks.ledger.rows import UnknownRequestError
from tasks.ledger.themes import theme_of
from tasks.returns.screening import screen
from tasks.returns.uploads import check_size
from validation.contract.context import Context


@dataclass(frozen=True)
class Begun:
    """What a person completes to make a mapping.

    Attributes:
        code: the return.
        columns: column of ours -> the header that it probably is.
        values: column of ours -> value of the export -> code, empty where none is chosen.
        looks: header of the export -> what its cells look like.
    """

    code: str
    columns: dict[str, str]
    values: dict[str, dict[str, str]]
    looks: dict[str, str]


def mappings_of(session: Session, agency_id: str) -> list[KeptMapping]:
    """Return an agency's mappings, withdrawn ones too, by return and the newest first."""
    agency = session.get_one(Agency, agency_id)
    own = col(KeptMapping.agency_id) == agency_id
    # One body keeps its mappings over all inspections.
    if agency.organisation_id:
        own = or_(own, col(KeptMapping.organisation_id) == agency.organisation_id)
    order = (col(KeptMapping.return_code), col(KeptMapping.version).desc(), col(KeptMapping.made_at).desc())
    return list(session.exec(select(KeptMapping).where(own).order_by(*order)))


def usable(session: Session, agency_id: str) -> dict[str, KeptMapping]:
    """Return code -> the newest mapping of an agency that it has not withdrawn."""
    newest: dict[str, KeptMapping] = {}
    for row in mappings_of(session, agency_id):
        if row.withdrawn_at is None:
            newest.setdefault(row.return_code, row)
    return newest


def text_of_mapping(row: KeptMapping) -> str:
    """Return a kept mapping as the text of its file."""
    return json.dumps({"return": row.return_code, "columns": row.columns, "values": row.codes})


def own_mapping(session: Session, mapping_id: str, agency_id: str) -> KeptMapping:
    """Return a mapping of this agency.

    Raises:
        UnknownRequestError: it has none of this id.
    """
    row = next((row for row in mappings_of(session, agency_id) if row.id == mapping_id), None)
    if row is None:
        raise UnknownRequestError(mapping_id)
    return row


def begin(export: bytes, code: str, inspection_ref: str, agency_id: str, *, by: str) -> Begun:
    """Return what a mapping of an export could be; of the export nothing is kept.

    Raises:
        ReturnRefusedError: it is too large or empty.
        ScreenedOutError: the scanner found malware in it, or gave no clear answer.
        NotFilledError: it cannot be read as a table.
        OurFaultError: a fault of ours stopped it.
    """
    from validation.engine.filling import suggest_in_child

    check_size(len(export))
    screen(export, inspection_ref, by=by)
    with transaction() as session:
        inspection = session.get_one(Inspection, inspection_ref)
        context = Context(theme_of(inspection), inspection.announced, inspection.area_gss)
        earlier = usable(session, agency_id).get(code)
    text = suggest_in_child(export, code, context, text_of_mapping(earlier) if earlier else "")
    fields: dict[str, Any] = json.loads(text)
    return Begun(code, fields["columns"], fields["values"], fields["your headers"])


def keep(mapping: str, inspection_ref: str, agency_id: str, *, by: str) -> KeptMapping:
    """Keep a mapping as the agency's next version for its return.

    Args:
        mapping: its text, as `text_of_mapping` has it.
        inspection_ref: in whose audit it stands.
        agency_id: whose it is.
        by: who made it.

    Raises:
        MappingRefusedError: it names what the return does not have, or holds what a mapping must not.
    """
    from validation.filling.mapping import HeaderMapping
    from validation.returns import contract

    checked = HeaderMapping.from_json(mapping)
    with transaction() as session:
        inspection = session.get_one(Inspection, inspection_ref)
        checked.fits(contract(checked.code, theme_of(inspection)))
        # Under the agency's lock: two people who keep one at once get two numbers.
        agency = session.get_one(Agency, agency_id, with_for_update=True)
        numbers = [row.version for row in mappings_of(session, agency_id) if row.return_code == checked.code]
        row = KeptMapping(
            id=uuid4().hex,
            agency_id=agency_id,
            organisation_id=agency.organisation_id,
            return_code=checked.code,
            version=max(numbers, default=0) + 1,
            columns=dict(checked.columns),
            codes={ours: dict(some) for ours, some in checked.values.items()},
            made_by=by,
        )
        session.add(row)
        facts = {"return": row.return_code, "version": row.version, "columns": len(row.columns)}
        audit.append(session, inspection_ref, actor=by, action="mapping.kept", subject=row.id, facts=facts)
    return row


def withdraw(mapping_id: str, inspection_ref: str, agency_id: str, *, by: str) -> None:
    """Withdraw a mapping: it is offered no more, and stays on record; a second time changes nothing.

    Raises:
        UnknownRequestError: the agency has none of this id.
    """
    with transaction() as session:
        session.get_one(Agency, agency_id, with_for_update=True)
        row = own_mapping(session, mapping_id, agency_id)
        if row.withdrawn_at is not None:
            return
        row.withdrawn_by, row.withdrawn_at = by, utc_now()
        session.add(row)
        facts = {"return": row.return_code, "version": row.version}
        audit.append(session, inspection_ref, actor=by, action="mapping.withdrawn", subject=row.id, facts=facts)
