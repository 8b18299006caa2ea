"""Countersigning anchors: somebody of an inspectorate has seen how far a record had come, and will hold it to that."""

import json
from uuid import uuid4

from sqlmodel import Session, col, select

from models.ids import anchor_name, once_key
from models.keys import witness_key
from models.lifecycle import Stage, place_of
from models.refusals import NothingThereError, Refusal
from models.roles import Act, Role
from models.tables import Anchor, Inspection, Organisation, Person, Witness
from models.witnesses import WAY_LABELS, WitnessWay
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json
from tasks.ground.own_keys import OwnSignature, checked
from tasks.ground.prefect_api import NotSignedInError
from tasks.ledger import audit
from tasks.ledger.anchored import Anchored
from tasks.ledger.anchors import document_of
from tasks.people.access import door_for
from tasks.people.notices import write_notice
from tasks.people.persons import members
from tasks.people.sessions import signed_in
from tasks.people.warrants import actor_of

NO_ORGANISATION = "no organisation"


class NoAnchorError(NothingThereError):
    """There is no such anchor."""

    def __init__(self, ref: str, number: int | None) -> None:
        which = f"of entry {number} " if number else ""
        super().__init__(f"There is no anchor {which}of {ref}. `jtai audit anchors {ref}` lists those that there are.")


class MayNotWitnessError(Refusal):
    """Somebody who sees nothing of an inspection wants to countersign its record."""

    def __init__(self, ref: str) -> None:
        super().__init__(f"Only people of an inspectorate who may see {ref} countersign its record.")


def anchors_of(session: Session, ref: str) -> list[tuple[Anchored, list[Witness]]]:
    """Return the anchors of a chain with those who countersigned each, the newest first."""
    rows = session.exec(select(Anchor).where(Anchor.inspection == ref).order_by(col(Anchor.number).desc())).all()
    query = select(Witness).where(Witness.inspection == ref).order_by(col(Witness.at))
    witnesses = session.exec(query).all()
    return [(document_of(row), [each for each in witnesses if each.number == row.number]) for row in rows]


def anchor_at(session: Session, ref: str, number: int | None) -> Anchored:
    """Return the anchor of an entry, or the newest where no entry is named.

    Raises:
        NoAnchorError: there is none.
    """
    query = select(Anchor).where(Anchor.inspection == ref).order_by(col(Anchor.number).desc()).limit(1)
    row = session.exec(query if number is None else query.where(Anchor.number == number)).first()
    if row is None:
        raise NoAnchorError(ref, number)
    return document_of(row)


def countersign_by(secret: str, ref: str, number: int | None, own: tuple[str, bytes] | None) -> Witness:
    """Countersign an anchor as whoever has a session.

    Args:
        secret: of the session.
        ref: the inspection.
        number: of the anchored entry; the newest anchor where None.
        own: a public key and a signature of the anchor's document by it; None where the session is what counts.

    Raises:
        NotSignedInError: nobody has this session any more.
        MayNotWitnessError: their roles do not include seeing the inspection.
        NoAnchorError, NotSignedError: as their sentences say.
    """
    with transaction() as session:
        person = signed_in(session, secret)
        if person is None:
            raise NotSignedInError
        door = door_for(person.doors, Act.SEE_INSPECTION, ref)
        if door is None:
            raise MayNotWitnessError(ref)
    return countersign(ref, number, person.person, by=actor_of(person.person, door), own=own)


def countersign(ref: str, number: int | None, person: str, *, by: str, own: tuple[str, bytes] | None = None) -> Witness:
    """Record that a person has countersigned an anchor, in the audit and in the store; once for a person and a way.

    Args:
        ref: the inspection.
        number: of the anchored entry; the newest anchor where None.
        person: reference of who countersigns.
        by: how the audit names them.
        own: a public key and a signature of the anchor's document by it; None where their sign-in is what counts.

    Raises:
        NoAnchorError: there is no such anchor.
        NotSignedError: the signature does not hold.
    """
    with transaction() as session:
        anchor = anchor_at(session, ref, number)
        signature = checked(anchor.document(), *own) if own else OwnSignature(WitnessWay.SESSION, "")
        earlier = session.exec(
            select(Witness).where(
                Witness.inspection == ref,
                Witness.number == anchor.number,
                Witness.person_id == person,
                Witness.public_key == signature.public_key,
            )
        ).first()
        if earlier is not None:
            return earlier
        entry = audit.append(
            session,
            ref,
            actor=by,
            action="audit.witnessed",
            subject=anchor_name(ref, anchor.number),
            facts={
                "entry": anchor.number,
                "hash": anchor.hash,
                "way": signature.way.value,
                "key": signature.public_key,
            },
        )
        row = Witness(
            id=uuid4().hex,
            inspection=ref,
            number=anchor.number,
            organisation=_organisation(session, person),
            person_id=person,
            way=signature.way.value,
            public_key=signature.public_key,
            signature=own[1].decode("ascii").strip() if own else "",
            at=entry.at,
        )
        session.add(row)
        document = row.model_dump() | {"anchor": json.loads(anchor.document())}
        # Its name is its own, and it says nothing about a child: what is left of a transaction that fails is harmless.
        store.put_once(witness_key(ref, anchor.number, row.id), canonical_json(document))
    return row


_MILESTONES = (
    (Stage.EVALUATIONS_OPEN, "the announcement and its seeds"),
    (Stage.PUBLISHED, "the approved sample"),
    (Stage.DEFERRED, "the published letter"),
)
"""What the record must not be rewritten behind, each with the stage before which it is the newest."""


def ask_to_witness(session: Session, ref: str, number: int) -> list[str]:
    """Ask one person of each inspectorate of the team to countersign an anchor, once after each thing that binds.

    An inspectorate that somebody has countersigned this anchor for is not asked. In a rehearsal nobody is: its
    seeds are open, and its record binds nobody.

    Args:
        session: a transaction.
        ref: the inspection.
        number: of the anchored entry.

    Returns:
        The names of the inspectorates that were asked now.
    """
    inspection = session.get_one(Inspection, ref)
    if inspection.rehearsal or not (after := _bound(inspection.stage)):
        return []
    anchor = anchor_at(session, ref, number)
    rows = session.exec(select(Witness.organisation).where(Witness.inspection == ref, Witness.number == number))
    witnesses, inspectorates = set(rows), []
    # The lead inspector before inspectors, and whoever has the role longest before the others.
    team = [*members(session, ref, Role.LEAD), *members(session, ref, Role.INSPECTOR)]
    people = {_organisation(session, person.id): person for _, person in reversed(team)}
    for body, person in sorted(people.items()):
        if body in {NO_ORGANISATION, *witnesses}:
            continue
        facts = {"entry": anchor.number, "digest": anchor.hash, "after": after, "body": body}
        if write_notice(session, "witness", person, once=once_key(ref, "witness", after), inspection=ref, facts=facts):
            inspectorates.append(body)
    return inspectorates


def _bound(stage: Stage) -> str:
    """Return in words what binds an inspection at a stage; empty once it is deferred or cancelled."""
    return next((after for before, after in _MILESTONES if place_of(stage) < place_of(before)), "")


def _organisation(session: Session, person: str) -> str:
    """Return for which organisation a person countersigns, by its name."""
    organisation = session.get_one(Person, person).organisation_id
    return session.get_one(Organisation, organisation).name if organisation else NO_ORGANISATION


def in_words(witness: Witness) -> str:
    """Return by what a countersignature is held."""
    return WAY_LABELS[WitnessWay(witness.way)]
