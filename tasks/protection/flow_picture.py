"""The picture of where data goes, drawn from the settings in force: boxes from left to right, and what passes."""

from dataclasses import dataclass
from html import escape

from models.settings import Settings
from models.themes import Theme
from tasks.letters.blocks import FONT, Figure

_WIDTH, _HEIGHT = 150, 64
_ASIDE, _BELOW = 72, 40
_ACROSS, _DOWN = _WIDTH + _ASIDE, _HEIGHT + _BELOW


@dataclass(frozen=True, slots=True)
class DataPlace:
    """A place in which data lies or through which it goes.

    Attributes:
        name: what people call it.
        holds: what of the data is there, in a few words.
        column: from the left, from 0.
        row: from the top, from 0.
    """

    name: str
    holds: str
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Passes:
    """What goes from one place to another."""

    origin: str
    target: str
    what: str


def places(theme_: Theme, options: Settings) -> tuple[tuple[DataPlace, ...], tuple[Passes, ...]]:
    """Return the places and what passes between them, as the settings in force have it."""
    scanner = "looks for malware" if options.scanner else "none is set: files are not scanned"
    mail = "GOV.UK Notify" if options.notify_key else "Mail server" if options.smtp_url else "Outbox"
    sign_in = "Sign-in of the organisation" if options.oidc_issuer else "One-time links"
    boxes = (
        DataPlace("Agencies", f"{len(theme_.in_scope)} kinds: their own records", 0, 0),
        DataPlace("Portal", "takes files, holds none", 1, 0),
        DataPlace("Evidence store", "all data about children, sealed", 2, 0),
        DataPlace("Scanner", scanner, 2, 1),
        DataPlace("Checks", "one file at a time, without network", 3, 0),
        DataPlace("Cohort and draw", "pseudonyms", 4, 0),
        DataPlace("Inspectors", f"{len(theme_.inspectorates)} inspectorates: chosen children", 4, 1),
        DataPlace("Ledger and Prefect", "references and counts", 3, 1),
        DataPlace(mail, "names no child", 1, 1),
        DataPlace(sign_in, "staff alone", 0, 1),
        DataPlace("Public pages", "letters that name no child", 3, 2),
    )
    flows = (
        Passes("Agencies", "Portal", "returns"),
        Passes("Portal", "Evidence store", "files"),
        Passes("Evidence store", "Scanner", "bytes"),
        Passes("Evidence store", "Checks", "one file"),
        Passes("Checks", "Cohort and draw", "accepted rows"),
        Passes("Cohort and draw", "Inspectors", "cases"),
        Passes("Checks", "Ledger and Prefect", "counts"),
        Passes("Ledger and Prefect", "Public pages", "letter"),
        Passes(sign_in, "Agencies", "who it is"),
        Passes("Portal", mail, "notices"),
    )
    return boxes, flows


def picture(theme_: Theme, options: Settings) -> Figure:
    """Return the picture, with the same in words for whoever does not see it."""
    boxes, flows = places(theme_, options)
    by_name = {box.name: box for box in boxes}
    width = (max(box.column for box in boxes) + 1) * _ACROSS
    height = (max(box.row for box in boxes) + 1) * _DOWN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="{FONT}" font-size="12">',
        '<defs><marker id="to" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z" fill="#0b0c0c"/></marker></defs>',
        # Arrows first: what is drawn later covers them, so that none crosses the words of a box.
        *(_arrow(by_name[flow.origin], by_name[flow.target], flow.what) for flow in flows),
        *(_box(box) for box in boxes),
        "</svg>",
    ]
    passing = "; ".join(f"{flow.what} from {flow.origin} to {flow.target}" for flow in flows)
    lying = "; ".join(f"{box.name}: {box.holds}" for box in boxes)
    return Figure("".join(parts), "Where data goes", f"What passes: {passing}. What is where: {lying}.")


def _box(box: DataPlace) -> str:
    left, top = box.column * _ACROSS + 2, box.row * _DOWN + 2
    first, *rest = _lines(box.holds)
    texts = [f'<text x="{left + 8}" y="{top + 20}" font-weight="bold">{escape(box.name)}</text>']
    texts += [
        f'<text x="{left + 8}" y="{top + 37 + 14 * number}" font-size="11">{escape(line)}</text>'
        for number, line in enumerate((first, *rest))
    ]
    frame = (
        f'<rect x="{left}" y="{top}" width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff" stroke="#0b0c0c" '
        'stroke-width="1.5"/>'
    )
    return frame + "".join(texts)


def _lines(text: str, most: int = 24) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > most and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _arrow(origin: DataPlace, target: DataPlace, what: str) -> str:
    """Return an arrow between the near sides of two boxes: across where they are in different columns, else down."""
    across = origin.column != target.column
    step = (1 if target.column > origin.column else -1) if across else 0
    fall = 0 if across else (1 if target.row > origin.row else -1)
    begin = _middle(origin, step, fall)
    end = _middle(target, -step, -fall)
    half = (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2
    path = f"M{begin[0]},{begin[1]} L{half[0]},{begin[1]} L{half[0]},{end[1]} L{end[0]},{end[1]}"
    if not across:
        path = f"M{begin[0]},{begin[1]} L{end[0]},{end[1]}"
    label = (half[0], begin[1] - 5, "middle") if across else (half[0] + 6, half[1] + 4, "start")
    return (
        f'<path d="{path}" fill="none" stroke="#0b0c0c" stroke-width="1.5" marker-end="url(#to)"/>'
        f'<text x="{label[0]}" y="{label[1]}" font-size="11" text-anchor="{label[2]}">{escape(what)}</text>'
    )


def _middle(box: DataPlace, step: int, fall: int) -> tuple[float, float]:
    left, top = box.column * _ACROSS + 2, box.row * _DOWN + 2
    return left + _WIDTH * (1 + step) / 2, top + _HEIGHT * (1 + fall) / 2
