"""`jtai audit`: write out the record of an inspection, verify it, and countersign how far it has come."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.options import answer, as_json, one_line
from cli.trust import NOTHING_HELD, anchor_option, kept_anchors, key_option, seen_option, trusted_keys, unseen
from models.words import plural

if TYPE_CHECKING:
    from tasks.ground.signing import PublicKey
    from tasks.ledger.anchored import Anchored

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def command() -> None:
    """Write out, verify or countersign the audit chain of inspections. docs/audit.md describes its form."""


@command.command(epilog="Example: jtai audit verify audit.jsonl --anchor anchors.jsonl")
@click.argument("what", metavar="[FILE|INSPECTION]", required=False)
@anchor_option
@seen_option
@key_option()
@as_json
def verify(
    what: str | None,
    anchor_files: Sequence[Path],
    seen: Sequence[tuple[int, str]],
    key_texts: Sequence[str],
    as_json: bool,
) -> None:
    """Verify the chain in a FILE (no database is needed), of an INSPECTION, or every chain. Exit 1 where any is broken.

    An inspection's chain is held to the anchors that the store has locked as well, and to its rows.
    """
    anchors_held, keys = kept_anchors(anchor_files), trusted_keys(key_texts)
    file = Path(what) if what and Path(what).is_file() else None
    if file is None and what and set("./") & set(what):
        # No reference of an inspection has either, and whoever has the file alone has no database to look into.
        raise click.UsageError(f"There is no file {what}.")
    if file is None and not what and (anchors_held or seen):
        raise click.UsageError("Say which file or inspection is to be held to them.")
    outcomes = _of_file(file, anchors_held, keys) if file else _of_ledger(what, anchors_held, keys)
    for chain in outcomes.values():
        chain["faults"] += unseen(chain.pop("hashes"), seen)
        # The name under which other programs read the first fault.
        chain["broken"] = chain["faults"][0] if chain["faults"] else None
    lines = [_line(ref, chain, everything=bool(what)) for ref, chain in outcomes.items()]
    if file and not anchors_held and not seen:
        lines.append(NOTHING_HELD)
    answer({"inspections": outcomes}, as_json=as_json, text="\n".join(lines) or "There are no inspections yet.")
    sys.exit(1 if any(chain["faults"] for chain in outcomes.values()) else 0)


def _of_file(path: Path, anchors_held: Sequence["Anchored"], keys: Sequence["PublicKey"]) -> dict[str, dict[str, Any]]:
    from tasks.ledger.exports import read_export
    from tasks.ledger.proof import examine

    export = read_export(path.read_bytes())
    if not export.entries and not export.anchors and not anchors_held:
        raise click.ClickException(f"{path} is not an audit chain (`jtai audit export` writes one).")
    ref = anchors_held[0].inspection if anchors_held else (export.entries or export.anchors)[0].inspection
    return {ref: _outcome(export.entries, examine(ref, export, anchors_held, keys))}


def _of_ledger(
    what: str | None, anchors_held: Sequence["Anchored"], keys: Sequence["PublicKey"]
) -> dict[str, dict[str, Any]]:
    from tasks.ground.database import snapshot, transaction
    from tasks.ground.signing import public_keys
    from tasks.ledger.anchors import chains, commitment_apart, exported, kept_in_store
    from tasks.ledger.proof import examine
    from tasks.ledger.rows import inspection_of

    with transaction() as session:
        there = chains(session)
        if what and what not in there:
            # Only to refuse a reference that nothing has.
            inspection_of(session, what)
        refs = [what] if what else there
    # Before the chains: of an anchor that is made meanwhile the chain has the entry, too, and was not cut.
    locked = {ref: kept_in_store(ref) for ref in refs}
    with snapshot() as session:
        exports = {ref: exported(session, ref) for ref in refs}
        apart = {ref: commitment_apart(session, ref) for ref in refs}
    outcomes = {}
    for ref, export in exports.items():
        kept, faults = locked[ref]
        trusted = keys or public_keys()
        outcomes[ref] = _outcome(
            export.entries, [*examine(ref, export, [*anchors_held, *kept], trusted), *faults, *apart[ref]]
        )
        outcomes[ref]["anchors"] = len(kept)
    return outcomes


def _outcome(entries: Sequence[Any], faults: list[str]) -> dict[str, Any]:
    head = {"number": entries[-1].number, "digest": entries[-1].hash} if entries else None
    # The same fault may be seen by an anchor of the store and by the same one of the ledger.
    unique = list(dict.fromkeys(faults))
    return {"entries": len(entries), "head": head, "faults": unique, "hashes": [entry.hash for entry in entries]}


def _line(ref: str, chain: dict[str, Any], *, everything: bool) -> str:
    faults = chain["faults"]
    if faults:
        return "\n".join(one_line(f"{ref}: {fault}") for fault in (faults if everything else faults[:1]))
    anchors = f", {chain['anchors']} anchored in the store" if chain.get("anchors") else ""
    head = (
        f"; the last is entry {chain['head']['number']}, digest {chain['head']['digest']}"
        if everything and chain["head"]
        else ""
    )
    return one_line(f"{ref}: {plural(chain['entries'], 'entry', 'entries')}, whole{anchors}{head}")


@command.command(epilog="Example: jtai audit export reading-domestic-abuse-2024-20270118 --out audit.jsonl")
@click.argument("inspection")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write. Standard output if not given."
)
def export(inspection: str, out: Path | None) -> None:
    """Write the chain of an INSPECTION, or of the `programme`, with its head, to verify without a database."""
    from tasks.ground.database import snapshot
    from tasks.ledger.anchors import exported
    from tasks.ledger.exports import written
    from tasks.ledger.rows import inspection_of
    from tasks.people.persons import PROGRAMME

    with snapshot() as session:
        if inspection != PROGRAMME:
            inspection_of(session, inspection)
        export_ = exported(session, inspection)
    data = written(inspection, export_)
    if out is None:
        click.echo(data, nl=False)
        return
    out.write_bytes(data)
    number, digest = export_.head or (0, "")
    click.echo(f"{number} entries are in {out}. The last has the digest {digest}: keep it elsewhere than the file.")


@command.command(epilog="Example: jtai audit anchors reading-domestic-abuse-2024-20270118 --out anchors.jsonl")
@click.argument("inspection")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write. Standard output if not given."
)
def anchors(inspection: str, out: Path | None) -> None:
    """Write the anchors of an INSPECTION, a line each, to be kept where nobody of the service can change them."""
    from tasks.ground.database import transaction
    from tasks.ledger.anchored import anchor_lines
    from tasks.ledger.anchors import rows_of
    from tasks.ledger.rows import inspection_of
    from tasks.people.persons import PROGRAMME

    with transaction() as session:
        if inspection != PROGRAMME:
            inspection_of(session, inspection)
        lines = anchor_lines(rows_of(session, inspection))
    if not lines:
        raise click.ClickException(f"{inspection} has no anchor yet. The flow `anchor` makes one at each stage.")
    if out is None:
        click.echo(lines, nl=False)
    else:
        out.write_bytes(lines)


@command.command(
    epilog="Example: jtai audit witness reading-domestic-abuse-2024-20270118 --signature 93.json.sig --key id.pub"
)
@click.argument("inspection")
@click.option(
    "--entry", type=click.IntRange(min=1), help="Number of the anchored entry. The newest anchor if not given."
)
@click.option("--signature", type=_FILE, help="Your signature of the anchor's file: Ed25519, minisign or SSH.")
@click.option("--key", "key_file", type=_FILE, help="Your public key, for --signature.")
@as_json
def witness(inspection: str, entry: int | None, signature: Path | None, key_file: Path | None, as_json: bool) -> None:
    """Countersign an anchor as who is signed in at this terminal, with a key of their own or by their session."""
    from cli.signed_in import secret
    from tasks.people.witnessing import countersign_by

    if (signature is None) != (key_file is None):
        raise click.UsageError("Give --signature and --key together, or neither: then your sign-in is what counts.")
    own = (key_file.read_text(errors="replace"), signature.read_bytes()) if signature and key_file else None
    row = countersign_by(secret(), inspection, entry, own)
    value = {"inspection": row.inspection, "entry": row.number, "way": row.way, "organisation": row.organisation}
    answer(
        value, as_json=as_json, text=f"Entry {row.number} of {row.inspection} is countersigned for {row.organisation}."
    )
