"""What a client may have seen: a model of receipts and stages, against which everything that was answered is held."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from models.lifecycle import Stage

Kind = Literal["acknowledged", "receipt", "stage"]


@dataclass(frozen=True, slots=True)
class Observation:
    """One answer that somebody got.

    Attributes:
        asked: when they asked, by the clock of whoever looks on.
        answered: when the answer came.
        kind: an upload that was acknowledged, a receipt that was opened, or the stage of the inspection.
        what: the receipt's id, or the stage.
        digest: of the file, as the receipt or its sender has it; empty where the receipt was not there.
    """

    asked: float
    answered: float
    kind: Kind
    what: str
    digest: str = ""


def impossible(seen: Iterable[Observation]) -> list[str]:
    """Return what nobody may have seen: each a sentence.

    What was acknowledged stays, with the same bytes, for whoever asks after the acknowledgement came; and an inspection
    is never seen in an earlier stage by whoever asks after a later one was seen. No answer at all is no observation: a
    host may be away, and may not be wrong.
    """
    found: list[str] = []
    order = list(Stage)
    acknowledged: dict[str, tuple[float, str]] = {}
    stages: list[tuple[float, int]] = []
    for each in sorted(seen, key=lambda one: one.answered):
        if each.kind == "acknowledged":
            before = acknowledged.setdefault(each.what, (each.answered, each.digest))
            if before[1] != each.digest:
                found.append(f"{each.what} was acknowledged for two different files")
        elif each.kind == "receipt":
            since = acknowledged.get(each.what)
            if since is not None and since[0] <= each.asked and each.digest != since[1]:
                what = "another file" if each.digest else "nothing"
                found.append(f"{each.what} was acknowledged, and {what} was found under it later")
        else:
            place = order.index(Stage(each.what))
            latest = max((then for answered, then in stages if answered <= each.asked), default=place)
            if place < latest:
                found.append(f"the stage was {order[latest]}, and {each.what} later")
            stages.append((each.answered, place))
    return found
