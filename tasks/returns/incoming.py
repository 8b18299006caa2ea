"""Compares the store's incoming objects with the ledger's rows, and takes what arrived without a word (L1, L3)."""

from dataclasses import dataclass

from sqlmodel import select

from models.keys import INCOMING
from models.settings import settings
from models.tables import Submission, UploadSession
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.returns.arrivals import object_arrived


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a look at the store found under `incoming/`: counts, and references that people must look at."""

    arrived: tuple[str, ...] = ()
    strangers: int = 0
    missing: tuple[str, ...] = ()


def look_at_incoming() -> Incoming:
    """Take every object that arrived without anybody telling, and compare the store with the rows.

    Returns:
        The submissions that were made; how many objects nobody was permitted to send; and the submissions whose
        object is not there, which must never be (L1).
    """
    # A submission follows its object, and an object the permission to send it: the order of the three looks keeps what
    # comes meanwhile from seeming missing or strange.
    with transaction() as session:
        rows = session.exec(select(Submission.id, Submission.key)).all()
    held = set(store.keys_under(INCOMING))
    with transaction() as session:
        uploads = session.exec(select(UploadSession.key, UploadSession.completed_at, UploadSession.refused)).all()
    waiting = {key for key, completed, refused in uploads if completed is None and refused is None}
    found = [object_arrived(settings().s3_bucket, key) for key in sorted(held & waiting)]
    return Incoming(
        tuple(one.id for one in found if one is not None),
        len(held - {key for key, _, _ in uploads}),
        tuple(sorted(identity for identity, key in rows if key not in held)),
    )
