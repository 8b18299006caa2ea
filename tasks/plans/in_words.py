"""A plan in sentences of counts alone, for the board and for pages."""

from sqlmodel import Session

from models.words import plural
from tasks.plans.following import END_LABELS, counts_of
from tasks.plans.progress import in_words
from tasks.plans.standing import plan_of, reviews_of, versions_of


def answered_in_words(answered: int, parts: int) -> str:
    """Return how many parts of a letter a plan answers, for example `1 of 1 part of the letter answered`."""
    return f"{answered} of {plural(parts, 'part')} of the letter answered"


def plan_sentences(session: Session, ref: str) -> list[str]:
    """Return what the board says of a plan: its version, what a review came to, how far it is, and its end."""
    row = plan_of(session, ref)
    if not row.version:
        return []
    newest = versions_of(session, ref)[0]
    review = next((each for each in reviews_of(session, ref) if each.version == newest.version), None)
    reviewed = {None: "not reviewed", "adequate": "adequate", "missing": "something is missing"}
    outcome = reviewed[review.outcome.value if review else None]
    answered = answered_in_words(newest.answered, newest.parts)
    sentences = [f"Plan: version {newest.version}, {plural(newest.actions, 'action')}, {answered}, {outcome}."]
    if counts := in_words(counts_of(session, ref)):
        sentences.append(f"Progress of the plan: {counts}.")
    if row.end:
        sentences.append(f"Plan closed: {END_LABELS[row.end].lower()}.")
    return sentences
