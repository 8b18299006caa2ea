"""Comparing returns: done after each acceptance, kept for each return, told once."""

from pathlib import Path

from sqlmodel import select

from models.events import Owed
from models.tables import Notice, Submission
from tasks import store
from tasks.across import across_name, compare
from tasks.arrivals import open_upload, upload_completed
from tasks.database import transaction
from tasks.ledger import claim
from tasks.validate import validate_submission

FILES = {"LA-DA": "LA-DA.xlsx", "HEA-1": "HEA-1.ods"}


def send(ref: str, file: Path, code: str) -> None:
    upload = open_upload(f"{ref}-{code.lower()}", file.name, uploader="agency")
    with file.open("rb") as stream:
        store.put_stream(upload.key, stream, filename=file.name)
    upload_completed(upload.id)
    claimed = claim(Owed.VALIDATE, ref)
    assert claimed is not None
    validate_submission(claimed)


def compared(ref: str) -> list[str]:
    came = []
    while claimed := claim(Owed.CHECK_ACROSS, ref):
        came.append(f"{across_name(claimed)}: {compare(claimed)}")
    return came


def test_returns_are_compared_when_a_partner_is_in_and_told_once(reading: str, synthetic: Path) -> None:
    send(reading, synthetic / FILES["LA-DA"], "LA-DA")
    assert compared(reading) == ["Reading - across returns after LA-DA v1: 0 questions in 1 returns"]
    send(reading, synthetic / FILES["HEA-1"], "HEA-1")
    (came,) = compared(reading)
    assert came.startswith("Reading - across returns after HEA-1 v1")
    with transaction() as session:
        found = {one.id: one for one in session.exec(select(Submission).where(Submission.inspection == reading))}
        told = session.exec(select(Notice).where(Notice.kind == "across")).all()
    health = found[f"{reading}-hea-1-v1"]
    assert health.across_key and health.across_found
    assert sorted(notice.once for notice in told) == sorted(
        f"{one.id}/across" for one in found.values() if one.across_found
    )
    assert compared(reading) == []
