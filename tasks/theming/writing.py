"""Writes the parts of a thematic report: versions are only added, and words lie in the evidence store alone (L5)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.keys import by_content, report_part_folder
from models.refusals import PersonsNumberError, Refusal, has_persons_number
from models.tables import Inspection, ReportPart, ThemeReport
from models.themes import Theme, theme
from tasks.ground import store
from tasks.ground.database import transaction
from tasks.ground.digests import canonical_json, sha256
from tasks.ledger import audit
from tasks.recognition.passing import recogniser
from tasks.theming.assembling import ReportWriting
from tasks.theming.beginning import ReportRefusedError, report_of
from tasks.theming.report import Recommendation, messages_of, parts_of

LONGEST = 20_000
_RECOMMENDATIONS = "recommendations"


class NewerPartError(Refusal):
    """Somebody else's newer version stands already, which the writer has not seen."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else has changed this part since you began. Both texts are below, and yours is not lost. "
            "Put into one text what is to stand, then save it.",
            field="text",
        )


@dataclass(frozen=True, slots=True)
class WrittenPart:
    """One part of a report as it stands now.

    Attributes:
        name: of the part.
        label: in words.
        version: 0 where nobody has written it.
        text: its words.
        written_by: who wrote this version, as the audit names them.
    """

    name: str
    label: str
    version: int = 0
    text: str = ""
    written_by: str = ""

    @property
    def lists(self) -> bool:
        """Return whether each of its lines is a recommendation."""
        return self.name.startswith(_RECOMMENDATIONS)


def part_labels(theme_: Theme) -> dict[str, str]:
    """Return every part of a report that people write, with its label, in order."""
    addressees = enumerate(theme_.report.addressees, 1)
    return parts_of(theme_) | {f"{_RECOMMENDATIONS}-{number}": f"Recommendations to: {to}" for number, to in addressees}


def parts(session: Session, row: ThemeReport) -> list[WrittenPart]:
    """Return the parts of a report as they stand now, in order, those that nobody has written too."""
    newest = newest_versions(session, row)
    return [_part(name, label, newest.get(name)) for name, label in part_labels(theme(row.theme_id)).items()]


def _part(name: str, label: str, row: ReportPart | None) -> WrittenPart:
    if row is None:
        return WrittenPart(name, label)
    return WrittenPart(name, label, row.version, json.loads(store.get(row.text_key))["text"], row.written_by)


def newest_versions(session: Session, row: ThemeReport) -> dict[str, ReportPart]:
    """Return the newest version of each part that somebody has written."""
    query = select(ReportPart).where(ReportPart.report == row.ref).order_by(col(ReportPart.version))
    return {each.part: each for each in session.exec(query)}


def writers(session: Session, row: ThemeReport) -> frozenset[str]:
    """Return everybody who wrote a version of a part, as the audit names them."""
    return frozenset(session.exec(select(ReportPart.written_by).where(ReportPart.report == row.ref)))


def write_part(ref: str, part: str, text: str, *, follows: int, by: str) -> int:
    """Write a version of a part, and return its number; the very same words change nothing.

    Args:
        ref: the report.
        part: its name.
        text: paragraphs with a blank line between them; in recommendations, one a line.
        follows: the version that the writer saw; 0 where there was none.
        by: who writes.

    Raises:
        UnknownReportError: there is no such report.
        ReportRefusedError: publication is decided, there is no such part, or the text is too long.
        PersonsNumberError: a number by which a person is known stands in it.
        NewerPartError: somebody else's newer version stands.
    """
    # Browsers end lines with two characters: the same words are the same bytes, whoever sends them.
    text = text.replace("\r\n", "\n").strip()
    with transaction() as session:
        row = open_report(session, ref)
        if part not in part_labels(theme(row.theme_id)):
            raise ReportRefusedError("There is no such part of the report. Choose one from the report's page.")
        _check(session, row, text)
        newest = newest_versions(session, row).get(part)
        version = newest.version if newest else 0
        body = canonical_json({"text": text})
        if (newest is None and not text) or (newest and newest.text_sha256 == sha256(body)):
            return version
        if follows != version:
            raise NewerPartError
        digest, number = sha256(body), version + 1
        # The words before their row: a row must never name an object that is not there.
        key = by_content(report_part_folder(ref, part), f"v{number}", digest, "json")
        store.put_once(key, body, content_type="application/json")
        at = session.get_one(Inspection, row.inspection).now()
        session.add(
            ReportPart(
                report=ref, part=part, version=number, text_key=key, text_sha256=digest, written_by=by, written_at=at
            )
        )
        session.flush()
        facts = {"part": part, "version": number, "sha256": digest}
        audit.append(session, row.inspection, actor=by, action="report.written", subject=ref, facts=facts)
        return number


def open_report(session: Session, ref: str) -> ThemeReport:
    """Lock a report that can still be changed, and return it.

    Raises:
        UnknownReportError: there is no such report.
        ReportRefusedError: its publication is decided.
    """
    row = report_of(session, ref, lock=True)
    if row.decided_by:
        raise ReportRefusedError("The publication of this report is decided, so it stays as it is.")
    return row


def _check(session: Session, row: ThemeReport, text: str) -> None:
    if len(text) > LONGEST:
        raise ReportRefusedError(f"The text has {len(text):,} characters. Write at most {LONGEST:,}.", field="text")
    if has_persons_number(text):
        raise PersonsNumberError("text")
    # A report is about many areas, and no child of any of them is told.
    sentences = (recogniser(session, ref).sentence(text) for ref in row.inspections)
    if sentence := next(filter(None, sentences), ""):
        raise ReportRefusedError(sentence, field="text")


def written(theme_: Theme, texts: Mapping[str, str]) -> ReportWriting:
    """Return what people wrote as a report takes it.

    Args:
        theme_: of the report.
        texts: part -> its words.
    """
    prose = {name: _paragraphs(texts[name]) for name in parts_of(theme_) if texts.get(name)}
    codes = {message.code for message in messages_of(theme_)}
    lines = [
        (to, line.strip())
        for number, to in enumerate(theme_.report.addressees, 1)
        for line in texts.get(f"{_RECOMMENDATIONS}-{number}", "").split("\n")
        if line.strip()
    ]
    return ReportWriting(
        prose, tuple(_recommendation(number, to, line, codes) for number, (to, line) in enumerate(lines, 1))
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def _recommendation(number: int, to: str, line: str, codes: set[str]) -> Recommendation:
    """Return a line as a recommendation; codes of messages may stand in brackets at its end."""
    words, _, last = line.rpartition("(")
    named_codes = tuple(code.strip() for code in last.removesuffix(")").split(","))
    if words and line.endswith(")") and set(named_codes) <= codes:
        return Recommendation(number, to, words.strip(), named_codes)
    return Recommendation(number, to, line)
