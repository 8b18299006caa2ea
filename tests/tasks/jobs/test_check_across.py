"""Comparing returns: done after each acceptance, kept for each return, told once."""

import json
from datetime import date
from pathlib import Path

from sqlmodel import select

from models.events import Owed
from models.tables import Notice, Submission
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.jobs.check_across import across_name, compare
from tasks.jobs.validate import validate_submission
from tasks.ledger.rows import inspection_of
from tasks.ledger.work import claim
from tasks.returns.rule_waivers import WaiverReason, waive_rule
from tasks.returns.uploads import open_upload, upload_completed

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
    assert compared(reading) == ["Reading - across returns after LA-DA v1: 0 questions in 1 return"]
    send(reading, synthetic / FILES["HEA-1"], "HEA-1")
    (came,) = compared(reading)
    assert came.startswith("Reading - across returns after HEA-1 v1")
    with transaction() as session:
        found = {one.id: one for one in session.exec(select(Submission).where(Submission.inspection == reading))}
        told = session.exec(select(Notice).where(Notice.kind == "across")).all()
    health = found[f"{reading}-hea-1-v1"]
    assert health.result.across_key
    assert health.result.across_found
    assert sorted(notice.once for notice in told) == sorted(
        f"{one.id}/across" for one in found.values() if one.result.across_found
    )
    assert compared(reading) == []


def test_one_comparison_does_for_all_that_were_owed_when_it_began(reading: str, synthetic: Path) -> None:
    send(reading, synthetic / FILES["LA-DA"], "LA-DA")
    send(reading, synthetic / FILES["HEA-1"], "HEA-1")
    (came,) = compared(reading)
    assert came.endswith("in 2 returns")
    with transaction() as session:
        rows = session.exec(select(Submission).where(Submission.inspection == reading)).all()
    assert all(one.result.across_key for one in rows)


def rules_told(submission: str) -> set[str]:
    with transaction() as session:
        key = session.get_one(Submission, submission).result.across_key
    assert key is not None
    return {one["rule"] for one in json.loads(store.get(key))}


def last_day(ref: str) -> date:
    with transaction() as session:
        return inspection_of(session, ref).now().date()


def test_a_return_let_off_a_cross_rule_is_compared_again_and_hears_nothing_of_it(reading: str, synthetic: Path) -> None:
    for code, name in FILES.items():
        send(reading, synthetic / name, code)
    compared(reading)
    health, council = f"{reading}-hea-1-v1", f"{reading}-la-da-v1"
    before, partners = rules_told(health), rules_told(council)
    assert "X03.date_of_birth" in before & partners
    waive_rule(f"{reading}-hea-1", "X03.date_of_birth", WaiverReason.RIGHT_AS_SENT, last_day(reading), by="Sam Patel")
    (came,) = compared(reading)
    assert came.startswith("Reading - across returns after HEA-1 v1")
    assert rules_told(health) == before - {"X03.date_of_birth"}
    assert rules_told(council) == partners
