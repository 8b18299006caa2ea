"""What the rehearsal prints at its end: stages with times, counts, addresses and where to look."""

import re
from collections import Counter
from pathlib import Path

from sqlmodel import col, select

from deployments.demo.story import Story
from deployments.stack import Stack
from models.ids import within
from models.keys import extension_of
from models.states import LetterStatus
from models.tables import Finding, Letter, Notice, OutboxEvent, Submission
from models.words import joined
from tasks.cohort.versions import cohort_of, newest_draw
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ledger.anchors import exported
from tasks.ledger.audit import chain, verify
from tasks.ledger.exports import written
from tasks.people.persons import REFERENCE, shown
from tasks.people.sign_in_links import outbox_key


def save(folder: Path, ref: str) -> dict[str, Path]:
    """Copy letter, manifests and audit log out of the store for a person to look at; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    with transaction() as session:
        letter = session.get_one(Letter, (ref, LetterStatus.PUBLISHED, 1))
        drawn = newest_draw(session, ref)
        cohort = cohort_of(session, drawn) if drawn else None
        record = exported(session, ref)
    paths = {}
    for key in letter.keys:
        kind = extension_of(key)
        paths[f"letter ({kind})"] = _write(folder / f"letter.{kind}", store.get(key))
    if drawn and cohort:
        paths["sample manifest"] = _write(folder / "sample.json", store.get(drawn.manifest_key))
        paths["cohort manifest"] = _write(folder / "cohort.json", store.get(cohort.manifest_key))
        paths["cohort frame"] = _write(folder / "cohort.parquet", store.get(cohort.frame_key))
    paths["audit log"] = _write(folder / "audit.jsonl", written(ref, record))
    return paths


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def summary(story: Story, stack: Stack, folder: Path) -> str:
    """Return the table that the rehearsal ends with."""
    width = max(len(step.title) for step in story.taken_steps)
    setting = story.setting
    title = f"{setting.theme.title}, in {setting.area.name}: a rehearsal with made-up data ({story.ref})"
    lines = ["", title, "", f"{'Stage'.ljust(width)}  Seconds  What came of it", f"{'-' * width}  -------  {'-' * 40}"]
    lines += [f"{step.title.ljust(width)}  {step.seconds:7.1f}  {step.outcome}" for step in story.taken_steps]
    lines += [f"{'In all'.ljust(width)}  {sum(step.seconds for step in story.taken_steps):7.1f}", ""]
    lines += [f"{name.ljust(width)}  {value}" for name, value in _counts(story.ref)]
    lines += ["", "Who did what, by the audit", *(f"  {who}: {acts}" for who, acts in who_did_what(story.ref).items())]
    lines += ["", *(f"{name.ljust(width)}  {path}" for name, path in save(folder, story.ref).items()), ""]
    prefect = stack.addresses["JTAI_PREFECT_API_URL"].removesuffix("/api")
    lines += [
        f"{'Portal'.ljust(width)}  {story.portal}",
        f"{'Operator'.ljust(width)}  {story.portal}/operator, key {outbox_key()}",
        f"{'Prefect UI'.ljust(width)}  {prefect} (sign in on the portal first)",
        f"{'Board'.ljust(width)}  {prefect}/boards/{story.ref}",
        "",
        "`make up` starts the same stack again and keeps it up, with this inspection in it.",
    ]
    return "\n".join(lines)


def who_did_what(ref: str) -> dict[str, str]:
    """Return what each person did in the inspection by its audit chain, with the name that the reference stands for."""
    with transaction() as session:
        acts: dict[str, Counter[str]] = {}
        for entry in chain(session, ref)[0]:
            if REFERENCE.search(entry.actor):
                acts.setdefault(shown(session, entry.actor), Counter())[entry.action] += 1
    return {
        who: joined([done_in_words(act, n) for act, n in sorted(done.items())]) for who, done in sorted(acts.items())
    }


def done_in_words(action: str, times: int) -> str:
    """Return an act of the audit in words, with how often it was done, such as `finding recorded (7 times)`."""
    words = " ".join(re.findall("[a-z0-9]+", action))
    return words if times == 1 else f"{words} ({times} times)"


def _counts(ref: str) -> list[tuple[str, str]]:
    with transaction() as session:
        mine = select(Submission).where(Submission.inspection == ref)
        query = mine.order_by(col(Submission.received_at), Submission.id)
        submissions = session.exec(query).all()
        rows = sum(submission.result.rows or 0 for submission in submissions)
        entries, head = chain(session, ref)
        broken = verify(entries, head)
        return [
            ("Files received", f"{len(submissions)}, {rows:,} rows"),
            (
                "Verdicts",
                ", ".join(f"{within(ref, submission.id)} {submission.result.verdict}" for submission in submissions),
            ),
            ("Findings", str(len(session.exec(select(Finding).where(Finding.inspection == ref)).all()))),
            ("Notices", str(len(session.exec(select(Notice).where(Notice.inspection == ref)).all()))),
            ("Events", str(len(session.exec(select(OutboxEvent).where(OutboxEvent.inspection == ref)).all()))),
            ("Audit chain", broken.to_message() if broken else f"{len(entries)} entries, whole"),
        ]
