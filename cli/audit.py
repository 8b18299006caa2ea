"""`jtai audit verify`: replay the hash chain and name the first broken entry."""

import sys

import click

from cli.options import answer, as_json


@click.group()
def command() -> None:
    """Verify or write out the audit chain of inspections."""


@command.command(epilog="Example: jtai audit verify reading-domestic-abuse-2024-20270118")
@click.argument("inspection", required=False)
@as_json
def verify(inspection: str | None, as_json: bool) -> None:
    """Verify one inspection's chain and the seeds it reveals, or every chain. Exit 1 at the first broken entry."""
    from sqlmodel import select

    from models.tables import Inspection
    from tasks.ground.database import transaction
    from tasks.ledger.audit import chain
    from tasks.ledger.audit import verify as verify_chain
    from tasks.ledger.rows import inspection_of
    from tasks.sampling.against_audit import revealed_wrongly

    with transaction() as session:
        refs = [inspection_of(session, inspection).ref] if inspection else sorted(session.exec(select(Inspection.ref)))
        chains = {}
        for ref in refs:
            entries, head = chain(session, ref)
            broken = verify_chain(entries, head)
            fault = broken.to_message() if broken else revealed_wrongly(entries)
            chains[ref] = {"entries": len(entries), "broken": fault}
    bad = {ref: chain_ for ref, chain_ in chains.items() if chain_["broken"]}
    lines = [
        f"{ref}: {chain_['broken'] or str(chain_['entries']) + ' entries, whole'}" for ref, chain_ in chains.items()
    ]
    answer({"inspections": chains}, as_json=as_json, text="\n".join(lines) or "There are no inspections yet.")
    sys.exit(1 if bad else 0)


@command.command(epilog="Example: jtai audit export reading-domestic-abuse-2024-20270118 > audit.jsonl")
@click.argument("inspection")
def export(inspection: str) -> None:
    """Write the chain of an inspection, or of the programme, as JSON lines, which verify without the database."""
    from tasks.ground.database import transaction
    from tasks.ledger.audit import chain, line
    from tasks.ledger.rows import inspection_of
    from tasks.people.persons import PROGRAMME

    with transaction() as session:
        if inspection != PROGRAMME:
            inspection_of(session, inspection)
        entries, _ = chain(session, inspection)
    for entry in entries:
        click.echo(line(entry))
