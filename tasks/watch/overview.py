"""One text over all inspections in the Prefect UI: where each stands, what is owed and waits, clashes of fieldwork."""

from collections.abc import Callable, Sequence

from models.settings import settings
from models.words import joined, long, plain, plural, short, short_weekday
from tasks.documents.counts import in_words
from tasks.ground.database import transaction
from tasks.ground.prefect_api import PrefectUnreachableError, PutMarkdown
from tasks.watch.desk import DeskRow, clashes, desk, weeks

KEY = "overview"
_CLASHES = 10
"""Clashes of fieldwork that are listed one by one, as on the desk; the calendar has all."""


def publish_overview(put: PutMarkdown, shown: Callable[[str], str]) -> bool:
    """Put the overview into the Prefect UI where it changed; True where it did.

    Args:
        put: stores a text as an artifact of the run.
        shown: returns the newest text of a key that Prefect shows, which alone says whether this one is new.
    """
    with transaction() as session:
        rows = desk(session)
    text = markdown(rows, settings().portal_url or "")
    try:
        before = shown(KEY)
        # Where there never was an inspection there is nothing to look over.
        if text == before or (not rows and not before):
            return False
        put(KEY, text, plural(len(rows), "inspection"))
    except PrefectUnreachableError:
        # The next sweep sees the difference and tries again.
        return False
    return True


def markdown(rows: Sequence[DeskRow], portal: str) -> str:
    """Return the overview as markdown: the same values give the same text, and it names nobody."""
    pairs = clashes(rows)
    others = len(pairs) - _CLASHES
    lines = [
        "# All inspections",
        "",
        f"{plural(len(rows), 'inspection')} not closed or cancelled. [The desk on the portal]({portal}/desk) can be "
        "narrowed, and has those that have ended.",
        "",
        f"Under *Waits* is what waits for anybody. [Your first page on the portal]({portal}/home) says what waits for "
        "you.",
        "",
        f"*This is how it stood when this version was made. The list of artifacts has the newest one under `{KEY}`.*",
        "",
        # Prefect lets a wider table run over what stands beside it.
        "| Area and theme | Stage | Next | Lead inspector | Returns | Documents | Waits |",
        "|---|---|---|---|---|---|---|",
        *(_line(row) for row in rows),
        "",
        "## Fieldwork",
        "",
        *(
            f"- **{clash.area} and {clash.other} have fieldwork on the same days**, {short(clash.first)} to "
            f"{short(clash.last)}."
            for clash in pairs[:_CLASHES]
        ),
        *([f"- and {plural(others, 'other pair')}, in [the calendar]({portal}/calendar)."] if others > 0 else []),
        *(f"- Week of {long(monday)}: {joined(areas)}" for monday, areas in weeks(rows).items()),
        "",
    ]
    return "\n".join(lines)


def _line(row: DeskRow) -> str:
    area = f"[{row.area}](/boards/{row.ref}){' (rehearsal)' if row.rehearsal else ''}, {row.theme}"
    coming = f"{row.next_step}: {short_weekday(row.next_day)}" if row.next_day else row.next_step
    returns = in_words(row.owed, row.overdue, 0)
    documents = in_words(row.documents, row.documents_overdue, row.scanning)
    cells = (area, plain(row.stage), coming, row.lead or "nobody yet", returns, documents, _waits(row))
    return f"| {' | '.join(cells)} |"


def _waits(row: DeskRow) -> str:
    parts = [f"**{plural(row.concerns, 'immediate concern')} not answered**"] if row.concerns else []
    parts += [f"{plural(row.decisions, 'decision')} for a second person"] if row.decisions else []
    parts += ["a sample for approval"] if row.samples else []
    parts += [f"{plural(row.undelivered, 'notice')} not delivered"] if row.undelivered else []
    parts += ["needs an operator"] if row.faults else []
    return ", ".join(parts)
