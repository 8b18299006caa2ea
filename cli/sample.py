"""`jtai sample`: draw children from a cohort, and verify a draw from its manifest."""

import importlib.metadata
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
import polars as pl

from cli.options import answer, as_json, one_line, table, write_privately
from cli.trust import NOTHING_HELD, anchor_option, kept_anchors, key_option, seen_option, trusted_keys, unseen
from models.retention import RecordClass
from models.themes import SamplingPlan, Theme, theme
from models.words import plural
from tasks.ground.digests import frame_digest
from tasks.sampling import (
    NotAManifestError,
    NotDecisionsError,
    again,
    checked,
    checked_decisions,
    complete,
    coverage,
    coverage_bytes,
    draw,
    manifest,
    manifest_bytes,
    public,
    replayed,
    sample_of,
    verify,
    verify_decisions,
)
from tasks.sampling.picture import methods

_LINKS = {"return", "row", "child", "probability"}
_COLUMNS = ("dimension", "group", "cohort", "expected", "low", "high", "sample")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Draw or verify a sample, and write out what a draw is verified with.

    Example: jtai sample draw cohort.parquet --theme domestic-abuse-2024 --seed 5f1c... --out manifest.json
    """


@command.command(
    "draw", epilog="Example: jtai sample draw cohort.parquet --theme domestic-abuse-2024 --seed 5f1c --out m.json"
)
@click.argument("cohort", type=_FILE)
@click.option("--theme", "theme_id", required=True, help="Theme, for example domestic-abuse-2024.")
@click.option("--seed", required=True, help="The revealed seed, preferably 64 hexadecimal digits.")
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="JSON file of the manifest."
)
@as_json
def draw_command(cohort: Path, theme_id: str, seed: str, out: Path, as_json: bool) -> None:
    """Draw the sample of a theme from COHORT, the Parquet file of a cohort's frame (or of links)."""
    theme_ = theme(theme_id)
    frame = _frame(cohort, theme_, theme_.sampling)
    sample = draw(frame, theme_.sampling, seed)
    record = manifest(sample, frame_digest(frame), theme_, seed, importlib.metadata.version("jtai"))
    out.write_bytes(manifest_bytes(record))
    value = {
        "out": str(out),
        "children": frame.height,
        "tracked": len(sample.chosen("tracked")),
        "sampled": len(sample.chosen("sampled")),
        "reserves": len(sample.reserves()),
        "frame_digest": record["frame_digest"],
        "seed_digest": record["seed_digest"],
        "shortfalls": list(sample.shortfalls),
    }
    lines = [
        f"{value['tracked']} tracked and {value['sampled']} sampled of {plural(frame.height, 'child', 'children')}, "
        f"with {plural(value['reserves'], 'reserve')}. Written to {out}.",
        *sample.shortfalls,
    ]
    answer(value, as_json=as_json, text="\n".join(lines))


@command.command("verify", epilog="Example: jtai sample verify manifest.json cohort.parquet --decisions decisions.json")
@click.argument("manifest_file", metavar="MANIFEST", type=_FILE)
@click.argument("cohort", type=_FILE)
@click.option("--decisions", type=_FILE, help="Decisions on the draw: verify the sample in force as well.")
@click.option("--coverage", "report", type=_FILE, help="The coverage report: make it again and compare it as well.")
@click.option("--audit", type=_FILE, help="The audit chain as `jtai audit export` writes it: compare with it as well.")
@anchor_option
@seen_option
@key_option()
@as_json
@click.pass_context
def verify_command(
    context: click.Context,
    manifest_file: Path,
    cohort: Path,
    decisions: Path | None,
    report: Path | None,
    audit: Path | None,
    anchor_files: Sequence[Path],
    seen: Sequence[tuple[int, str]],
    key_texts: Sequence[str],
    as_json: bool,
) -> None:
    """Draw again from COHORT and compare with MANIFEST; exit 1 and say the first difference if there is any.

    With the decisions on the draw, replay them and compare the sample in force. With the audit chain, compare the seed
    with the digest announced before any return was in, and manifest and decisions with what was recorded then. Whoever
    wrote the chain can write it again: an anchor kept elsewhere, or a notice's digest, is what it is held to.
    """
    if audit is None and (anchor_files or seen):
        raise click.UsageError("An anchor or a digest holds an audit chain. Give its file: --audit FILE.")
    record = checked(_json(manifest_file))
    theme_ = theme(str(record["theme"]).partition("@")[0])
    frame = _frame(cohort, theme_, _plan(record))
    differences = verify(record, frame, theme_)
    decision_log = checked_decisions(_json(decisions, NotDecisionsError)) if decisions else None
    differences += verify_decisions(record, decision_log, lambda: frame) if decision_log else []
    if report and not differences and report.read_bytes() != coverage_bytes(_covered(record, frame, decision_log)):
        differences.append(f"The coverage report in {report} is not the one that manifest, cohort and decisions give.")
    if audit:
        differences += _against_audit(audit, record, decision_log, _Trust(anchor_files, seen, key_texts))
    derived = _derived(audit) if audit and not differences else None
    value: dict[str, Any] = {"same": not differences, "differences": differences}
    value |= {"seeds_derived": derived} if derived is not None else {}
    value |= {"anchored": bool(anchor_files or seen)} if audit else {}
    # Before the letter is published nothing is revealed, and there is nothing to say of it.
    same = f"The same sample, draw for draw.{_DERIVED if derived else ''}"
    same += f" {NOTHING_HELD}" if audit and not value["anchored"] else ""
    answer(value, as_json=as_json, text=differences[0] if differences else same)
    context.exit(1 if differences else 0)


_DERIVED = " Its seed, and all others that were announced, follow from the key that the audit reveals."


def _derived(audit: Path) -> bool:
    """Return whether the audit, which holds, reveals the key from which every seed follows."""
    from tasks.ledger.exports import read_export
    from tasks.ledger.proof import is_derived

    return is_derived(read_export(audit.read_bytes()).entries)


@command.command(
    "coverage", epilog="Example: jtai sample coverage manifest.json cohort.parquet --decisions decisions.json"
)
@click.argument("manifest_file", metavar="MANIFEST", type=_FILE)
@click.argument("cohort", type=_FILE)
@click.option("--decisions", type=_FILE, help="Decisions on the draw: report on the sample in force.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="JSON file of the whole report, under pseudonyms."
)
@as_json
def coverage_command(
    manifest_file: Path, cohort: Path, decisions: Path | None, out: Path | None, as_json: bool
) -> None:
    """Say whether the sample of MANIFEST is fair to COHORT: every group, its gaps, and what the weights are worth."""
    record = checked(_json(manifest_file))
    theme_ = theme(str(record["theme"]).partition("@")[0])
    decision_log = checked_decisions(_json(decisions, NotDecisionsError)) if decisions else None
    report = _covered(record, _frame(cohort, theme_, _plan(record)), decision_log)
    if out:
        out.write_bytes(coverage_bytes(report))
    value = public(report)
    rows = [[*_COLUMNS], *([_cell(group[name]) for name in _COLUMNS] for group in value["groups"])]
    answer(value, as_json=as_json, text="\n".join([methods(value), *value["gaps"], "", table(rows)]))


def _cell(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _covered(record: dict[str, Any], frame: pl.DataFrame, decision_log: dict[str, Any] | None) -> dict[str, Any]:
    report = coverage(frame, _plan(record), sample_of(record), record.get("without", ()))
    for sample in replayed(record, decision_log, lambda: frame) if decision_log else ():
        report = again(report, frame, sample, record)
    return report


@command.command("export", epilog="Example: jtai sample export reading-domestic-abuse-2024-20270118 --out reading")
@click.argument("inspection")
@click.option("--draw", "number", type=click.IntRange(min=1), help="Which draw. The newest if not given.")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the files, which hold pseudonyms.",
)
@as_json
def export_command(inspection: str, number: int | None, out: Path, as_json: bool) -> None:
    """Write what a draw of INSPECTION is verified with: manifest, cohort, decisions, coverage and audit chain."""
    from tasks.cohort.versions import draws_of
    from tasks.ground.database import snapshot
    from tasks.ledger.anchors import exported
    from tasks.ledger.exports import written
    from tasks.ledger.rows import inspection_of
    from tasks.retention.gone import refusing_classes
    from tasks.sampling.export import draw_files

    with snapshot() as session:
        inspection_of(session, inspection)
        draws = [row for row in draws_of(session, inspection) if number in (None, row.version)]
        if not draws:
            raise click.ClickException(f"{inspection} has no draw{f' {number}' if number else ' yet'}.")
        if RecordClass.CHILDREN in refusing_classes(session, inspection):
            raise click.ClickException(
                f"The data about children of {inspection} is destroyed, and its draws with it. "
                "The page Retention has the certificate."
            )
        files = draw_files(session, draws[-1])
        files["audit.jsonl"] = written(inspection, exported(session, inspection))
    # It holds children under pseudonyms.
    write_privately(out, files)
    value = {"draw": draws[-1].version, "out": str(out), "files": sorted(files)}
    text = (
        f"Draw {draws[-1].version} is in {out}. Verify it: cd {out} && "
        "jtai sample verify manifest.json cohort.parquet --decisions decisions.json --coverage coverage.json "
        "--audit audit.jsonl"
    )
    answer(value, as_json=as_json, text=text)


class _Trust(NamedTuple):
    """What an audit chain is held to: files of anchors, entries that notices named, and public keys, as given."""

    anchor_files: Sequence[Path]
    seen: Sequence[tuple[int, str]]
    key_texts: Sequence[str]


def _against_audit(path: Path, record: dict[str, Any], decision_log: dict[str, Any] | None, trust: _Trust) -> list[str]:
    from tasks.ledger.exports import read_export
    from tasks.ledger.proof import examine
    from tasks.sampling.against_audit import against

    export, anchors = read_export(path.read_bytes()), kept_anchors(trust.anchor_files)
    if not export.entries:
        raise click.ClickException(f"{path} is not an audit chain (`jtai audit export` writes one).")
    ref = anchors[0].inspection if anchors else export.entries[0].inspection
    faults = examine(ref, export, anchors, trusted_keys(trust.key_texts))
    faults += unseen([entry.hash for entry in export.entries], trust.seen)
    # A chain that does not hold proves nothing about the draw.
    broken = [one_line(f"The audit chain does not hold. {fault}") for fault in dict.fromkeys(faults)]
    return broken or against(export.entries, record, decision_log, export.head)


def _json(path: Path, otherwise: type[NotAManifestError | NotDecisionsError] = NotAManifestError) -> object:
    try:
        return json.loads(path.read_bytes())
    # Brackets that are nested by the thousand are no manifest either.
    except (ValueError, RecursionError):
        raise otherwise from None


def _plan(record: dict[str, Any]) -> SamplingPlan:
    """Return the plan that a manifest was drawn by, which may be one that its theme had before."""
    return SamplingPlan.model_validate(record["plan"])


def _frame(path: Path, theme_: Theme, plan: SamplingPlan) -> pl.DataFrame:
    """Read a cohort, or links grouped by child; say on standard error what had to be assumed for the plan.

    Raises:
        click.ClickException: not a Parquet file, or one without children.
    """
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        # Without the cause: polars may quote what it read (L5).
        raise click.ClickException(f"{path} is not a Parquet file.") from None
    if "child" not in frame.columns:
        raise click.ClickException(f"{path} has no column 'child': give the frame of a cohort, or links.")
    if set(frame.columns) >= _LINKS:
        frame = _grouped(frame, theme_)
        # On standard error, so that `--json` stays JSON.
        click.echo("These are links: each child is known to the agencies whose returns name it.", err=True)
    frame, notes = complete(frame, plan)
    for note in notes:
        click.echo(note, err=True)
    return frame


def _grouped(links: pl.DataFrame, theme_: Theme) -> pl.DataFrame:
    """Return links as the least frame that can be drawn from: child, agencies; sorted."""
    from tasks.cohort.agency_facts import agencies

    return agencies(links.with_columns(pl.col("child").cast(pl.String)), theme_)
