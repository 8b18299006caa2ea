"""`jtai package`: the evidence package of an inspection, in one folder that proves itself without us."""

from pathlib import Path

import click

from cli.options import answer, as_json, write_privately


@click.command(epilog="Example: jtai package reading-domestic-abuse-2024-20270118 --out reading-evidence")
@click.argument("inspection")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write, which must be empty or not there yet.",
)
@click.option("--without-children", is_flag=True, help="Leave out all that speaks of children, by labels too.")
@as_json
def command(inspection: str, out: Path, without_children: bool, as_json: bool) -> None:
    """Write all that INSPECTION is defended by: theme, requests, receipts, reports, draws, letter, audit and anchors.

    Open verify.html in the folder: it checks every digest, the audit, its anchors and the letter without a network.
    """
    from tasks.ground.database import transaction
    from tasks.ledger.audit import chain
    from tasks.ledger.rows import inspection_of
    from tasks.packaging.collecting import pieces
    from tasks.packaging.crate import package

    if out.exists() and any(out.iterdir()):
        raise click.UsageError(f"{out} is not empty. Give a folder that is, or that is not there yet.")
    with transaction() as session:
        row = inspection_of(session, inspection)
        files = package(row, pieces(session, inspection), chain(session, inspection)[0], children=not without_children)
    # What speaks of children is nobody else's to read.
    write_privately(out, files)
    value = {"inspection": inspection, "out": str(out), "files": len(files), "children": not without_children}
    text = f"{len(files)} files are in {out}. Open {out / 'verify.html'} in a browser to check them."
    answer(value, as_json=as_json, text=text)
