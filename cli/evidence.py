"""`jtai evidence`: from a finding to its evidence, case, return version and row."""

from dataclasses import asdict

import click

from cli.options import answer, as_json

_BY = "operator: command line"


@click.command(epilog="Example: jtai evidence reading-domestic-abuse-2024-20270118/F01")
@click.argument("finding_id")
@as_json
def command(finding_id: str, as_json: bool) -> None:
    """Follow a finding to its kinds of evidence, its cases, and the rows of the returns behind them."""
    from models.ids import FindingName
    from models.words import noun
    from tasks.findings.evidence import finding_of, traces
    from tasks.ground.database import transaction
    from tasks.ledger import audit
    from tasks.reading.own_lists import restricted_among
    from validation.files.parts import row_in_words

    with transaction() as session:
        finding = finding_of(session, finding_id)
        traced = traces(session, finding.inspection, finding.cases)
        restricted = restricted_among(session, finding.inspection, finding.cases)
        facts = {"cases": len(finding.cases), "steps": len(traced)}
        # In the transaction of the reading, so that nobody reads without an entry (L6).
        audit.append(session, finding.inspection, actor=_BY, action="evidence.read", subject=finding.id, facts=facts)
    value = {
        "finding": str(FindingName(finding.inspection, finding.id)),
        "category": finding.category,
        "area": finding.area,
        "version": finding.version,
        "evidence": finding.evidence_kinds,
        "agencies": finding.agencies,
        "restricted": restricted,
        "cases": [asdict(trace) for trace in traced],
    }
    lines = [
        f"{value['finding']} ({finding.category}, {finding.area}) rests on {', '.join(finding.evidence_kinds)}.",
        *(
            f"  {trace.case}: {trace.return_code} v{trace.version} (sha256 {trace.sha256[:12]}), "
            f"{'' if trace.sheet == trace.return_code else f'sheet {trace.sheet}, '}"
            f"{noun(len(trace.rows), 'row')} {', '.join(map(row_in_words, trace.rows))}"
            for trace in traced
        ),
        *(f"  {case}: restricted by a person's request, so nothing of it is shown." for case in restricted),
    ]
    answer(value, as_json=as_json, text="\n".join(lines))
