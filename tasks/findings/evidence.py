"""The evidence chain: finding, evidence, case, return version, row."""

from dataclasses import dataclass

import polars as pl
from sqlmodel import Session, select

from models.ids import FindingName, code_of
from models.refusals import Refusal
from models.tables import Finding
from tasks.cohort.versions import cohort_of, newest_draw
from tasks.ground.tables import table_at
from tasks.sampling.draws import ever_chosen
from tasks.sampling.restricted_cases import NO_CASES, restricted_cases
from validation.contract.identity import sheet_of_children
from validation.files.senders import named_apart, row_of


class UnknownFindingError(Refusal):
    """No finding has this id, or several inspections have one."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One step of evidence behind a finding: a case's rows on one sheet of one version of a return."""

    case: str
    child: str
    return_code: str
    submission: str
    version: int
    sha256: str
    sheet: str
    rows: tuple[int, ...]


def finding_of(session: Session, finding_id: str) -> Finding:
    """Return a finding by `inspection/F01`, or by `F01` where only one inspection has it.

    Raises:
        UnknownFindingError: none, or more than one.
    """
    name = FindingName.parse(finding_id)
    query = select(Finding).where(Finding.id == name.number)
    if name.ref:
        query = query.where(Finding.inspection == name.ref)
    findings = session.exec(query).all()
    if len(findings) == 1:
        return findings[0]
    if not findings:
        raise UnknownFindingError(f"There is no finding {finding_id!r}.")
    raise UnknownFindingError(
        f"Several inspections have a finding {name.number}. Write it as INSPECTION/{name.number}."
    )


def traces(session: Session, ref: str, cases: list[str]) -> list[Trace]:
    """Return the places of each case's records: return, stored version with its digest, rows of the sender's file.

    Of a child whose use a person has restricted nothing is traced.
    """
    drawn = newest_draw(session, ref)
    restricted = restricted_cases(session, ref) if cases else NO_CASES
    cases = [case for case in cases if not restricted.hides(case)]
    if drawn is None or not cases:
        return []
    # A finding keeps the case of a child who has left the wider sample since.
    children = {row.label: row.child for row in ever_chosen(session, drawn)}
    # The cohort of the draw, not the newest one: a case is evidence by the rows from which it was drawn.
    cohort = cohort_of(session, drawn)
    links = table_at(cohort.links_key)
    versions = {source["code"]: (source["submission"], source["version"], source["sha256"]) for source in cohort.inputs}
    steps = []
    # T2 before T10: by letter, then by number.
    for case in sorted(cases, key=lambda label: (label[0], int(label[1:]))):
        rows = links.filter(pl.col("child") == children[case]).sort("return", "row")
        for (name,), part in named_apart(rows).group_by(["return"], maintain_order=True):
            submission, version, digest = versions[str(name)]
            own = part.select(row_of(pl.col("row"))).to_series()
            sheet = sheet_of_children(code_of(str(name)))
            steps.append(Trace(case, children[case], str(name), submission, version, digest, sheet, tuple(own)))
    return steps
