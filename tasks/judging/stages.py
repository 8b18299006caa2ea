"""When inspectors record what they saw and how they judge it, and what is wrong with words that they give."""

from models.lifecycle import Stage, at_stage
from models.refusals import Mistake
from models.tables import Inspection

_OPEN = frozenset({Stage.EVALUATIONS_OPEN, Stage.FIELDWORK, Stage.FINDINGS_DRAFTING})
_LONGEST = 4000


def recording_refusal(inspection: Inspection) -> str:
    """Return why nothing is recorded about a child now; an empty text where it is."""
    if inspection.stage in _OPEN:
        return ""
    return (
        "This is recorded from the opening of the evaluations until the draft letter goes out. "
        f"This inspection is {at_stage(inspection.stage)}."
    )


def words_mistakes(text: str, *, needed: str = "") -> list[Mistake]:
    """Return what is wrong with the words of a form or a judgement.

    Args:
        text: the words.
        needed: what to say where there are none; empty where they may be left out.
    """
    if needed and not text.strip():
        return [Mistake("text", needed)]
    if len(text) > _LONGEST:
        return [Mistake("text", f"The words must be {_LONGEST:,} characters or fewer.")]
    return []
