"""The evaluations of a synthetic area: the children of a seeded sample, evaluated by each agency under a reference."""

from models.timetable import add_working_days
from validation.returns import CONTRACTS
from validation.synthetic.area import SyntheticArea
from validation.synthetic.noise import Cells, typed
from validation.synthetic.rows import Clerk

_CHOSEN = 7
_COMPLETED_AFTER = 6
# Without I, O, 0 and 1, which are taken for each other.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def evaluations(area: SyntheticArea, clerk: Clerk) -> dict[str, list[Cells]]:
    """Return EVAL: of each child chosen one row of each agency that the theme asks for something."""
    sheet, rows, rng = CONTRACTS["EVAL"].main, list[Cells](), clerk.rng
    agencies = tuple(dict.fromkeys(item.agency for item in clerk.context.theme.returns))
    done = add_working_days(clerk.context.announced, _COMPLETED_AFTER)
    for _ in range(min(_CHOSEN, len(area.cohort))):
        # The last letter tells the chosen apart, the others hide their order.
        ref = f"C-{''.join(rng.choices(_LETTERS, k=3))}{_LETTERS[len(area.chosen)]}"
        area.chosen.append(ref)
        for agency in agencies:
            own = {
                "evaluation_id": f"EV-{len(rows) + 1:03}",
                "sample_ref": ref,
                "agency": agency,
                "completed_date": typed(done),
                "period_reviewed_from": typed(clerk.context.window_start),
                "period_reviewed_to": typed(clerk.context.announced),
                "information_shared_with": "; ".join(other for other in agencies if other != agency) or None,
            }
            rows.append(clerk.blank(sheet) | own)
    return {"EVAL": rows}
