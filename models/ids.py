"""Makes the ids of rows and the subjects of owed work, and takes them apart; nothing else knows their form."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import NAMESPACE_URL, uuid5

from models.states import LetterStatus, ReportStatus


def inspection_ref(area: str, theme: str, announced: date) -> str:
    """Return what an inspection is called, for example `reading-domestic-abuse-2024-20250224`."""
    slug = re.sub(r"[^a-z0-9]+", "-", area.lower()).strip("-")
    return f"{slug}-{theme}-{announced:%Y%m%d}"


def clock_step(ref: str, step: str) -> str:
    """Return what a step is called where the steps of several rehearsals are listed: `reading-.../lists_due`."""
    return f"{ref}/{step}"


def clock_step_parts(text: str) -> tuple[str, str]:
    """Return the inspection and the step of such a name; no inspection where it is a step alone."""
    ref, _, step = text.strip().rpartition("/")
    return ref, step


_NUMBER = re.compile(r"_\d+$")


def agency_id(ref: str, kind: str) -> str:
    """Return the id of an agency of an inspection, for example `reading-.../police`."""
    return f"{ref}/{kind}"


def agency_kind(agency: str) -> str:
    """Return the kind of agency that an agency's id names."""
    return _NUMBER.sub("", agency_name(agency))


def agency_name(agency: str) -> str:
    """Return what an agency is called within its inspection: its kind, and its number from the second of a kind on."""
    return agency.rpartition("/")[2]


def inspection_of_agency(agency: str) -> str:
    """Return the reference of the inspection that an agency's id begins with."""
    return agency.rpartition("/")[0]


def agency_number(agency: str) -> int:
    """Return which of several agencies of its kind an agency is, from 1."""
    number = _NUMBER.search(agency_name(agency))
    return int(number[0][1:]) if number else 1


def request_id(ref: str, return_code: str, number: int = 1) -> str:
    """Return the id of the request for a return, for example `reading-...-pol-1`; of a second agency `...-hea-1-2`."""
    return f"{ref}-{return_code.lower()}{'' if number == 1 else f'-{number}'}"


def request_id_of(agency: str, return_code: str, sender: int) -> str:
    """Return the id of an agency's request; an agency of a second kind names itself: `...-hea-1-mental_health`.

    Args:
        agency: its id.
        return_code: of the return.
        sender: which of all senders of the return it is.
    """
    ref, _, name = agency.rpartition("/")
    return request_id(ref, return_code, sender) if sender <= OF_A_KIND else request_id(ref, f"{return_code}-{name}")


def again_id(request: str, number: int) -> str:
    """Return the id of the request for the same return in a later round, for example `reading-...-pol-1-r2`."""
    return f"{request}-r{number}"


OF_A_KIND = 100
"""More agencies than there are of one kind in an area; the senders of a second kind are counted on from it."""

_OTHER = re.compile(r" \((\d+)\)$")


def source(code: str, number: int) -> str:
    """Return what a return is called beside that of other agencies of the kind: `HEA-1`, `HEA-1 (2)` of the second."""
    return code if number == 1 else f"{code} ({number})"


def code_of(name: str) -> str:
    """Return the code of a return that `source` named."""
    return _OTHER.sub("", name)


def source_parts(name: str) -> tuple[str, int]:
    """Return the code and the number of the sender that `source` put together."""
    number = _OTHER.search(name)
    return code_of(name), int(number[1]) if number else 1


def evaluation_request_id(ref: str, kind: str) -> str:
    """Return the id of the request for an agency's evaluations, for example `reading-...-eval-police`."""
    return request_id(ref, f"eval-{kind}")


def document_id(agency: str, number: str, child: str = "") -> str:
    """Return the id of a document that an agency is asked for, such as `reading-...-doc-police-1-12`.

    Args:
        agency: its id.
        number: of the item in the inspectorates' list.
        child: label of a chosen child, for documents about one.
    """
    ref, _, name = agency.rpartition("/")
    parts = [ref, "doc", name, number.replace(".", "-"), *([child.lower()] if child else [])]
    return "-".join(parts)


def document_version_id(document: str, version: int) -> str:
    """Return the id of one version of a document, for example `reading-...-doc-police-1-12-v2`."""
    return f"{document}-v{version}"


PARAGRAPH = re.compile(r"P\d{2,4}")
"""The form of a paragraph's id within its inspection; a finding's begins with F."""


def paragraph_id(number: int) -> str:
    """Return the id of a paragraph of the draft letter, for example `P03`."""
    return f"P{number:02}"


def paragraph_version(paragraph: str, version: int) -> str:
    """Return what a form calls one version of a paragraph, for example `P04/2`."""
    return f"{paragraph}/{version}"


ACTION = re.compile(r"A\d{2,3}")
"""The form of an action's id within the plan of an inspection."""


def action_id(number: int) -> str:
    """Return the id of an action of the plan, for example `A03`."""
    return f"A{number:02}"


def action_number(identity: str) -> int:
    """Return the number that `action_id` was given."""
    return int(identity[1:])


def origin_id(section: str, number: int) -> str:
    """Return the id of a paragraph of the letter that an action answers, for example `IMPROVE-3`."""
    return f"{section.upper()}-{number}"


def origin_section(origin: str) -> str:
    """Return the section of the letter that an origin's id names, for example `improve`."""
    return origin.rpartition("-")[0].lower()


def within(ref: str, identity: str) -> str:
    """Return the id of a request or a submission without the inspection before it, for example `pol-1-v2`."""
    return identity.removeprefix(f"{ref}-")


def counted_return(ref: str, kind: str, request: str) -> str:
    """Return what a return is called in figures that outlast its inspection, for example `police/pol-1`."""
    return f"{kind}/{within(ref, request)}"


def submission_id(request: str, version: int) -> str:
    """Return the id of one version of what answers a request, for example `reading-...-pol-1-v2`."""
    return f"{request}-v{version}"


def request_of_submission(submission: str) -> str:
    """Return the id of the request that a submission answers."""
    return submission.rpartition("-v")[0]


def guid_of(*parts: str) -> str:
    """Return the GUID of something that is named by parts; the same parts always have the same."""
    return str(uuid5(NAMESPACE_URL, "/".join(("jtai", *parts))))


def work_name(kind: str, subject: str) -> str:
    """Return what the audit calls a piece of owed work."""
    return f"{kind}/{subject}"


def child_subject(ref: str, label: str) -> str:
    """Return what the audit calls a chosen child of an inspection, for example `reading-.../T03`."""
    return f"{ref}/{label}"


def note_subject(ref: str, note: str) -> str:
    """Return what the audit calls a note of an inspection."""
    return f"{ref}/{note}"


def evidence_source(label: str, *of: str) -> str:
    """Return what a piece of evidence about a child counts once by: the child, and who or which return it is of."""
    return "/".join([label, *of])


def once_key(subject: str, *parts: str | int) -> str:
    """Return what makes a notice unique: what it is about, and which notice on that."""
    return "/".join([subject, *map(str, parts)])


@dataclass(frozen=True, slots=True)
class FindingName:
    """A finding as people write it: `INSPECTION/F01`, or `F01` alone, where `ref` is empty."""

    ref: str
    number: str

    def __str__(self) -> str:
        return f"{self.ref}/{self.number}" if self.ref else self.number

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take apart what a person wrote."""
        ref, _, number = text.rpartition("/")
        return cls(ref, number)


def anchor_name(ref: str, number: int) -> str:
    """Return what the audit calls the anchor of an entry of a chain."""
    return f"{ref}/{number}"


@dataclass(frozen=True, slots=True)
class VersionSubject:
    """The subject of work on what is numbered: a cohort, a draw, the evaluations of a draw, an entry of the audit."""

    ref: str
    number: int

    def __str__(self) -> str:
        return f"{self.ref}/{self.number}"

    @classmethod
    def parse(cls, subject: str) -> Self:
        """Take a subject apart."""
        ref, _, number = subject.rpartition("/")
        return cls(ref, int(number))


@dataclass(frozen=True, slots=True)
class ConcernSubject:
    """The subject of a chase that is owed: the concern, and which chase of it, from 1."""

    concern: str
    step: int

    def __str__(self) -> str:
        return f"{self.concern}/{self.step}"

    @classmethod
    def parse(cls, subject: str) -> Self:
        """Take a subject apart."""
        concern, _, step = subject.rpartition("/")
        return cls(concern, int(step))


@dataclass(frozen=True, slots=True)
class LetterSubject:
    """The subject of a letter that is owed: the inspection, which letter, and which version of it."""

    ref: str
    status: LetterStatus
    number: int

    def __str__(self) -> str:
        return f"{self.ref}/{self.name}"

    @property
    def name(self) -> str:
        """Return what the letter is called within its inspection."""
        return f"{self.status}/{self.number}"

    @classmethod
    def named(cls, ref: str, name: str) -> Self:
        """Return the letter of an inspection that has a name within it."""
        return cls.parse(f"{ref}/{name}")

    @classmethod
    def parse(cls, subject: str) -> Self:
        """Take a subject apart."""
        ref, status, number = subject.rsplit("/", 2)
        return cls(ref, LetterStatus(status), int(number))


def version_parts(name: str) -> tuple[str, str]:
    """Take apart what a version is called within its inspection: `pre_publication` and `1`, `plan` and `draft`."""
    what, _, version = name.partition("/")
    return what, version


def theme_report_ref(theme: str, number: int, *, rehearsal: bool) -> str:
    """Return what a theme's report is called, for example `domestic-abuse-2024-report-1`."""
    return f"{theme}-{'rehearsed-' if rehearsal else ''}report-{number}"


@dataclass(frozen=True, slots=True)
class ReportSubject:
    """The subject of a thematic report that is owed: the report, in which form, and which version of it."""

    ref: str
    status: ReportStatus
    number: int

    def __str__(self) -> str:
        return f"{self.ref}/{self.status}/{self.number}"

    @classmethod
    def parse(cls, subject: str) -> Self:
        """Take a subject apart."""
        ref, status, number = subject.rsplit("/", 2)
        return cls(ref, ReportStatus(status), int(number))


@dataclass(frozen=True, slots=True)
class PagesSubject:
    """The subject of public pages that are owed: the inspection, what became of its letter, and of which version."""

    ref: str
    event: str
    number: int

    def __str__(self) -> str:
        return f"{self.ref}/{self.event}/{self.number}"


@dataclass(frozen=True, slots=True)
class AcrossSubject:
    """The subject of a comparison across returns: what was accepted last, and the recheck or waiver that asks again."""

    ref: str
    submission: str
    again: str = ""

    def __str__(self) -> str:
        return "/".join(filter(None, (self.ref, self.submission, self.again)))

    @classmethod
    def parse(cls, subject: str) -> Self:
        """Take a subject apart."""
        ref, submission, *again = subject.split("/", 2)
        return cls(ref, submission, *again)
