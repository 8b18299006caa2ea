"""`jtai package`: the evidence package of an inspection, in one folder that proves itself without us."""

import sys
from pathlib import Path

import click

from cli.options import answer, as_json, one_line, write_privately
from cli.trust import anchor_option, kept_anchors, key_option, trusted_keys

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_VERIFY, _MAKE = "verify", "make"


class _OfAnInspection(click.Group):
    """A group whose one command needs no name: what is not `verify` is an inspection of which a package is made."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "--help"):
            args = [_MAKE, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(ctx.command_path, "INSPECTION --out FOLDER [--without-children] [--json]")
        formatter.write_usage(f"{ctx.command_path} {_VERIFY}", "FOLDER --key HEX [--anchor FILE] [--json]")


@click.group(
    cls=_OfAnInspection,
    epilog="Example: jtai package reading-domestic-abuse-2024-20270118 --out reading-evidence",
)
def command() -> None:
    """Write or verify all that an inspection is defended by: theme, requests, receipts, draws, letter, audit, anchors.

    `jtai package make --help` and `jtai package verify --help` have the options.
    """


@command.command(_MAKE, epilog="Example: jtai package reading-domestic-abuse-2024-20270118 --out reading-evidence")
@click.argument("inspection")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write, which must be empty or not there yet.",
)
@click.option("--without-children", is_flag=True, help="Leave out all that speaks of children, by labels too.")
@as_json
def make(inspection: str, out: Path, without_children: bool, as_json: bool) -> None:
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
        gathered = pieces(session, inspection, children=not without_children)
        files = package(row, gathered, chain(session, inspection)[0], children=not without_children)
    # What speaks of children is nobody else's to read.
    write_privately(out, files)
    value = {"inspection": inspection, "out": str(out), "files": len(files), "children": not without_children}
    text = f"{len(files)} files are in {out}. Open {out / 'verify.html'} in a browser to check them."
    answer(value, as_json=as_json, text=text)


@command.command(_VERIFY, epilog="Example: jtai package verify reading-evidence --key 3f1c... --anchor anchors.jsonl")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@key_option(required=True)
@anchor_option
@as_json
def verify(folder: Path, key_texts: tuple[str, ...], anchor_files: tuple[Path, ...], as_json: bool) -> None:
    """Check the package in FOLDER offline: every digest, the audit, the letter's proof, certificates. Exit 1 if wrong.

    Nothing that the package brings along is believed: get the key from the inspectorates another way.
    """
    from models.words import plural
    from tasks.packaging.checking import examine_package, read_folder

    keys, anchors = trusted_keys(key_texts), kept_anchors(anchor_files)
    files, links = read_folder(folder)
    examined = examine_package(files, keys, anchors)
    faults = [*links, *examined.faults]
    value = {"inspection": examined.inspection, "files": examined.files, "entries": examined.entries}
    value |= {"sentences": examined.sentences, "certificates": examined.certificates, "faults": faults}
    unanchored = (
        "" if anchors else " No anchor of yours was given: it was held to those in the package, which your key signed."
    )
    lines = [
        f"{examined.inspection}: {plural(examined.files, 'file')}, "
        f"{plural(examined.entries, 'entry', 'entries')} of the audit, "
        f"{plural(examined.sentences, 'sentence')} of the letter with a proof, "
        f"{plural(examined.certificates, 'certificate')} of destructions.{unanchored}",
        *(faults or ("Nothing is wrong with it.",)),
    ]
    answer(value, as_json=as_json, text="\n".join(map(one_line, lines)))
    sys.exit(1 if faults else 0)
