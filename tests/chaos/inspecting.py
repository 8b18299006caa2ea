"""The people of an inspection under fire: they try again, keep their receipts, and compare what is left at the end."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from deployments.demo.story import Steps, Story
from deployments.demo.watch import REF, StoryError, stage
from deployments.demo.web import DemoPerson, PageError
from models.events import Owed
from models.lifecycle import Stage
from models.tables import Cohort, Letter, Notice, Request, SampleDraw, Statement, Submission
from models.tables.base import utc_now
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import sha256
from tasks.ground.prefect_api import PrefectUnreachableError
from tasks.ledger.audit import chain, verify
from tasks.ledger.work import start_again, unfinished
from tasks.people.persons import shown
from tasks.returns.incoming import look_at_incoming
from tests.chaos.further import every_step
from tests.letters_apart import without_anchor

FAULTS = (
    *(httpx.HTTPError, json.JSONDecodeError, PageError, StoryError, PrefectUnreachableError),
    *(SQLAlchemyError, BotoCoreError, ClientError),
)
_FROZEN = ("manifest", "frame", "identifiers", "links", "doubtful", "model")
_DRAWN = re.compile(r"D-[0-9A-F]{8}|[0-9a-f]{32}")
_FREE = frozenset({"new_link"})
"""Notices that people ask for, as often as they like."""


class EnoughError(Exception):
    """The story has come as far as it was asked to."""


def ends_before(title: str) -> Callable[[str], None]:
    """Return what a story does before each step so as to end before one of them."""

    def before(now: str) -> None:
        if now == title:
            raise EnoughError

    return before


@dataclass
class Receipts:
    """What was acknowledged: submission by id, with the digest of the file that its sender holds, and since when."""

    kept: dict[str, str] = field(default_factory=dict)
    since: dict[str, datetime] = field(default_factory=dict)

    def by(self, moment: datetime) -> "Receipts":
        """Return those that their senders had by a moment."""
        return Receipts({identity: digest for identity, digest in self.kept.items() if self.since[identity] <= moment})

    def lost(self) -> list[str]:
        """Return the acknowledged uploads whose row or object is missing or holds other bytes (L1)."""
        return [identity for identity, digest in self.kept.items() if not _is_there(identity, digest)]


def _is_there(identity: str, digest: str) -> bool:
    with transaction() as session:
        row = session.get(Submission, identity)
    return row is not None and row.sha256 == digest == sha256(store.get(row.key, row.version_id))


@dataclass
class Careful(DemoPerson):
    """Somebody who keeps each receipt."""

    receipts: Receipts = field(default_factory=Receipts)

    def upload(self, request: str, file: Path) -> str:
        """Send a file and keep the receipt."""
        receipt = super().upload(request, file)
        identity = receipt.rsplit("/", 1)[-1]
        self.receipts.kept[identity] = sha256(file.read_bytes())
        self.receipts.since.setdefault(identity, utc_now())
        return receipt


@dataclass
class Tried(Story):
    """The rehearsal, and `further` steps that it leaves out, by people who try again."""

    receipts: Receipts = field(default_factory=Receipts)
    tries: int = 0
    again: int = 0
    further: bool = True

    def steps(self) -> Steps:
        """Return the rehearsal's steps, with those that it leaves out where asked."""
        return every_step() if self.further else super().steps()

    def person(self, who: str) -> DemoPerson:
        """Return somebody signed in, who keeps receipts."""
        known = super().person(who)
        if not isinstance(known, Careful):
            self.people[who] = Careful(known.browser, known.name, self.receipts)
        return self.people[who]

    def persist(self, seconds: float) -> None:
        """Go on until the story's end.

        Raises:
            StoryError: it did not end in time.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.tries += 1
            try:
                self.run()
            except FAULTS as fault:
                self.say(f"  try {self.tries}: {type(fault).__name__}")
                time.sleep(1)
                self._look_before_trying_again()
            except EnoughError:
                return
            else:
                return
        raise StoryError(f"The story did not end within {seconds:g} s; the stage is {stage()!r}.")

    def _look_before_trying_again(self) -> None:
        """Look whether a file arrived whose sender had no answer, and start again what was put aside."""
        for _ in range(60):
            try:
                look_at_incoming()
                for work in unfinished():
                    if work.state == "dead":
                        start_again(Owed(work.kind), work.subject, by="operator: chaos")
                        self.again += 1
            except FAULTS:
                time.sleep(1)
            else:
                return


@dataclass(frozen=True)
class Remains:
    """What an inspection leaves behind, in digests."""

    stage: Stage | None
    requests: dict[str, str]
    reports: dict[str, str]
    documents: dict[str, str]
    notices: Counter[str]

    def differences(self, other: "Remains") -> list[str]:
        """Return in which respects the other left something else behind, notices beyond need included."""
        found = [f"the stage is {other.stage}"] if self.stage != other.stage else []
        for what in ("requests", "reports", "documents"):
            mine, theirs = getattr(self, what), getattr(other, what)
            found += [f"{what}: {key}" for key in sorted({*mine, *theirs}) if mine.get(key) != theirs.get(key)]
        found += [f"no notice: {one}" for one in sorted(_without_ids(self.notices) - _without_ids(other.notices))]
        return found + [f"notice doubled: {one}" for one, times in sorted(other.notices.items()) if times > 1]


def _without_ids(notices: Counter[str]) -> Counter[str]:
    """Return notices without the ids of proposals, comments and concerns, which are drawn in each run."""
    found: Counter[str] = Counter()
    for once, times in notices.items():
        found[_DRAWN.sub("ID", once)] += times
    return found


def remains() -> Remains:
    """Return what the rehearsal has left behind so far; every object is read back and hashed."""
    with transaction() as session:
        letters = session.exec(select(Letter).where(Letter.inspection == REF)).all()
        drawn = session.exec(select(SampleDraw).where(SampleDraw.inspection == REF)).all()
        cohorts = session.exec(select(Cohort).where(Cohort.inspection == REF)).all()
        requests = session.exec(select(Request).where(Request.inspection == REF)).all()
        versions = session.exec(select(Submission).where(Submission.inspection == REF)).all()
        statement = session.get(Statement, REF)
        notices = session.exec(select(Notice).where(Notice.inspection == REF)).all()
        # A reference is drawn anew for each run; the names of made-up people are the same in all.
        sent = Counter(shown(session, notice.once) for notice in notices if notice.kind not in _FREE)
    kept = {f"{one.status} {key.rsplit('.', 1)[-1]}": key for one in letters for key in one.keys}
    # The record of two runs is not the same, and so not the anchor that a letter has of it.
    compared = {name: without_anchor(store.get(key), key.rsplit(".", 1)[-1]) for name, key in kept.items()}
    keys = {f"sample {one.version} manifest": one.manifest_key for one in drawn}
    keys |= {f"sample {one.version} coverage": one.coverage_key for one in drawn if one.coverage_key}
    for one in cohorts:
        keys |= {f"cohort {one.version} {name}": getattr(one, f"{name}_key") for name in _FROZEN}
    if statement and statement.key:
        keys["written statement"] = statement.key
    # A sender without an answer may send the same bytes once more; both versions then have the same report.
    reports = {f"{one.request_id} {one.sha256[:12]}": one.result.report_key or "" for one in versions}
    return Remains(
        stage(),
        {one.id: one.state for one in requests},
        {name: sha256(store.get(key)) for name, key in reports.items() if key},
        {name: sha256(data) for name, data in (compared | {n: store.get(key) for n, key in keys.items()}).items()},
        sent,
    )


def faults_of_law(receipts: Receipts) -> list[str]:
    """Return what must never be: lost uploads, rows without their object, a broken chain, work put aside."""
    with transaction() as session:
        broken = verify(*chain(session, REF))
        letters = [one for one in chain(session, REF)[0] if one.action == "letter.compiled"]
    found = [f"lost: {one}" for one in receipts.lost()]
    found += [f"no object: {one}" for one in look_at_incoming().missing]
    found += [f"audit: {broken.to_message()}"] if broken else []
    found += [f"{len(letters)} letters were compiled"] if len(letters) > 3 else []
    return found + [f"dead: {one.kind} {one.subject}" for one in unfinished() if one.state == "dead"]
