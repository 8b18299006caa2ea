"""What a verdict means and what to do next, in the same words wherever it is read; light, for pages without frames."""

from collections.abc import Mapping, Sequence

from models.words import HELD, VERDICTS, plural

NEXT: Mapping[str, str] = {
    "accepted": "The return is accepted. There is nothing to fix.",
    "queried": "The return is accepted. Look at each query: fix what is wrong, or explain what is unusual but correct.",
    "rejected": "The return cannot be used yet. Fix the errors in your own file and send it again.",
    "unreadable": "The file could not be read, so nothing in it was checked. Do what is said below and send it again.",
}


def is_waiting(verdict: str, not_checked: Sequence[str]) -> bool:
    """Return whether a verdict waits for rules of ours: one that asks for corrections does not, whatever they find."""
    return bool(not_checked) and verdict in ("accepted", "queried")


def verdict_words(verdict: str, not_checked: Sequence[str] = ()) -> str:
    """Return the words for a verdict, or for one that waits for rules of ours."""
    return HELD if is_waiting(verdict, not_checked) else VERDICTS[verdict]


def next_step(verdict: str, not_checked: Sequence[str] = ()) -> str:
    """Return what to do next: nothing yet, where the verdict waits for rules of ours."""
    if not not_checked:
        return NEXT[verdict]
    rules = f"{plural(len(not_checked), 'rule')} of ours could not be run ({', '.join(not_checked)})."
    fault = "The fault is ours and we have been told."
    if is_waiting(verdict, not_checked):
        return f"This verdict is held: {rules} {fault} Keep the file as it is: we will check it again."
    return f"{NEXT[verdict]} {rules} {fault} There may be more to fix once we have run them."
