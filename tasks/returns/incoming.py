"""Compares the store's incoming objects with the ledger's rows, and takes those that nobody reported (L1, L3)."""

from contextlib import suppress
from dataclasses import dataclass

from sqlmodel import col, select

from models.keys import INCOMING
from models.settings import settings
from models.states import DestructionStep
from models.tables import ReducedFile, Submission, UploadSession
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.returns.arrivals import object_arrived, seal_held


@dataclass(frozen=True, slots=True)
class Incoming:
    """How the objects under `incoming/` differ from the rows: counts, and references that people must look at."""

    arrived: tuple[str, ...] = ()
    strangers: int = 0
    missing: tuple[str, ...] = ()


def look_at_incoming() -> Incoming:
    """Take every object that arrived and that nobody reported, and compare the store with the rows.

    Returns:
        The submissions that were made; how many objects nobody was permitted to send; and the submissions whose
        object is not there, which must never be (L1).
    """
    # A submission follows its object, and an object the permission to send it: the order of the three looks keeps what
    # comes meanwhile from seeming missing or strange.
    with transaction() as session:
        rows = session.exec(select(Submission.id, Submission.key).where(col(Submission.key).startswith(INCOMING))).all()
    stored = set(store.keys_under(INCOMING))
    with transaction() as session:
        uploads = session.exec(select(UploadSession)).all()
        # Once its destruction has begun, a copy stands for such a file.
        going = set(session.exec(select(ReducedFile.key).where(ReducedFile.step != DestructionStep.NONE)))
    # What is held waits for its sender, who has been promised nothing yet.
    waiting = {
        each.key for each in uploads if each.completed_at is None and each.refused is None and not each.awaits_sender
    }
    for upload in [each for each in uploads if each.awaits_sender and each.refused is None and each.key in stored]:
        # A browser that left before it said so has put it plain.
        with suppress(store.NotStoredError):
            seal_held(upload)
    arrived = [object_arrived(settings().s3_bucket, key) for key in sorted(stored & waiting)]
    return Incoming(
        tuple(submission.id for submission in arrived if submission is not None),
        len(stored - {each.key for each in uploads}),
        tuple(sorted(identity for identity, key in rows if key not in stored | going)),
    )
