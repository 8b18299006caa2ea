"""The files that the agencies of the rehearsal send: made up, the same for the same seed."""

import csv
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

from models.themes import theme
from validation.synthetic import synthesise
from validation.synthetic.writing import write, write_shares


class MadeUp(NamedTuple):
    """What decides every byte of a rehearsal's returns."""

    theme_id: str
    gss: str
    children: int
    seed: int
    dirty: float
    announced: date


_WORDS = {
    "impact_for_child": "The child is calmer at home and at nursery.",
    "strengths": "Quick response and clear recording.",
    "improvement": "The plan should say what will be different for the child.",
    "learning_action": "Weekly check of notifications.",
}


def made_returns(folder: Path, setting: MadeUp, spoiled: str) -> int:
    """Write clean returns into `clean`, one of them once more with spoiled cells into `dirty`; return the rows' number.

    Args:
        folder: for both; what is there already stays.
        setting: whose returns.
        spoiled: code of the return that is sent with mistakes first.
    """
    for name, share, returns in (("clean", 0.0, None), ("dirty", setting.dirty, (spoiled,))):
        out = folder / name
        if not (out / "done").exists():
            out.mkdir(parents=True, exist_ok=True)
            made = synthesise(
                theme(setting.theme_id), setting.gss, setting.children, setting.seed, share, setting.announced, returns
            )
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
