"""The files that the agencies of the rehearsal send: made up, the same for the same seed."""

import csv
from datetime import date
from pathlib import Path

import polars as pl

from models.areas import area
from models.themes import theme
from validation.synthetic import synthesise
from validation.synthetic.writing import write, write_shares

_WORDS = {
    "impact_for_child": "The child is calmer at home and at nursery.",
    "strengths": "Quick response and clear recording.",
    "improvement": "The plan should say what will be different for the child.",
    "learning_action": "Weekly check of notifications.",
}


def made_returns(folder: Path, theme_id: str, gss: str, children: int, seed: int, dirty: float, announced: date) -> int:
    """Write clean returns into `clean`, the same with spoiled cells into `dirty`, and return the number of rows."""
    theme_ = theme(theme_id)
    for name, share in (("clean", 0.0), ("dirty", dirty)):
        out = folder / name
        if not (out / "done").exists():
            out.mkdir(parents=True, exist_ok=True)
            made = synthesise(theme_, area(gss).gss, children, seed, share, announced)
            write(made, out)
            write_shares(made, out)
            (out / "done").touch()
    return pl.read_parquet(folder / "clean" / "truth.parquet").height


def file_of(folder: Path, kind: str, code: str) -> Path:
    """Return the file that an agency sends for a return: its own share where several kinds owe it."""
    own = sorted((folder / kind).glob(f"{code}.*"))
    return (own or sorted(folder.glob(f"{code}.*")))[0]


def evaluations(
    file: Path,
    refs: list[str],
    agency: str,
    period: tuple[date, date],
    completed: date,
    theme_id: str = "domestic-abuse-2024",
) -> None:
    """Write an agency's evaluations of the children with these references, one row for each child.

    Args:
        file: to write.
        refs: references of the children.
        agency: kind of the agency.
        period: first and last day that was looked at.
        completed: the day on which the evaluations were done.
        theme_id: whose question about the child is answered.
    """
    common = {
        "completed_date": f"{completed:%d/%m/%Y}",
        "period_reviewed_from": f"{period[0]:%d/%m/%Y}",
        "period_reviewed_to": f"{period[1]:%d/%m/%Y}",
    }
    with file.open("w", encoding="utf-8", newline="") as stream:
        recognised = theme(theme_id).lists.named("da_recognised_as_victim")
        rows = [{**_evaluation(ref, agency), recognised: "Yes", **common} for ref in refs]
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _evaluation(ref: str, agency: str) -> dict[str, str]:
    return {
        "evaluation_id": f"EV-{agency}-{ref}",
        "sample_ref": ref,
        "agency": agency,
        "author_role": "Service manager",
        "chronology_attached": "No",
        "child_seen": "Yes",
        "child_voice_recorded": "Yes",
        "risk_assessed": "Yes",
        "information_shared_with": "local_authority" if agency != "local_authority" else "police; health",
        "plan_in_place": "Yes",
        **_WORDS,
        "self_grade": "good",
        "partnership_summary": "",
    }
