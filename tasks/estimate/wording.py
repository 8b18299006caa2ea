"""What the estimate says to people: the number with its interval, or why there is none, and what it cannot see."""

from collections.abc import Mapping, Sequence
from typing import Any

from models.words import agencies, plural
from tasks.disclosure.protecting import protect
from tasks.disclosure.tables import (
    SMALLEST_SHOWN,
    Cell,
    Method,
    Publication,
    Shown,
    cell_id,
    in_words,
    nearest,
    parts_table,
)
from tasks.estimate.estimating import FEWEST_LISTS, FEWEST_OF_PAIR, FEWEST_SHARED, Estimate, NoEstimate
from tasks.estimate.lists import TOGETHER

_WHOLE = 10
"""How much more a reader loses with the number of all children than with that of a list."""
_WHY = {
    NoEstimate.LISTS: (
        f"An estimate compares at least {FEWEST_LISTS} lists that name children because of the theme. There are fewer, "
        "or they are too small alone."
    ),
    NoEstimate.SHARED: (
        f"Fewer than {FEWEST_SHARED} children are in 2 lists or more, or 2 of the lists share fewer than "
        f"{FEWEST_OF_PAIR}. With so few, chance alone would decide."
    ),
    NoEstimate.FIT: (
        "The lists overlap in a way that no dependence between 2 lists explains. Children probably differ in how "
        "visible they are, or 3 lists share a source."
    ),
    NoEstimate.WIDE: "The interval is so wide that it says nothing.",
}


def in_sentence(made: Estimate) -> str:
    """Return the estimate in a sentence or two."""
    if made.unseen is None:
        return f"There is no estimate. {_WHY[made.none]}" if made.none else "There is no estimate."
    low, middle, high = (_enough(number) for number in (made.unseen.low, made.unseen.middle, made.unseen.high))
    if not high:
        return "Probably fewer than 5 children are in none of the lists."
    between = f"Between {low:,} and {high:,}" if low else f"Up to {high:,}"
    middle_ = f"{middle:,}" if middle else "fewer than 5"
    return (
        f"{between} children are probably in none of the lists. The middle of the range is {middle_}. If the "
        "assumptions hold, 95 of 100 such ranges hold the true number."
    )


def bound_in_sentence(made: Estimate) -> str:
    """Return Chao's lower bound in a sentence; empty where there is no estimate."""
    if made.unseen is None or made.at_least is None:
        return ""
    bound = (
        f"Chao's lower bound is {_about(made.at_least)} children. It makes no assumption about which children are more "
        "visible than others, but it is a bound only where lists do not avoid each other's children."
    )
    if _enough(made.at_least) > _enough(made.unseen.high):
        bound += (
            " It is above the range, which hints that children differ in how visible they are: the true number may be "
            "higher."
        )
    return bound


def cautions(made: Estimate, *, links: bool) -> tuple[str, ...]:
    """Return what a reader must know before using the estimate.

    Args:
        made: the estimate.
        links: whether doubt about links is carried into it.
    """
    sentences = [
        "In no list means in none of the lists that were asked for and are compared here. A school, a neighbour or "
        "another service may know the child well.",
        "A child whom no service could ever list, for example because nobody calls the police or goes to a doctor, is "
        "not in this number.",
        "Lists may depend on each other 2 by 2, as where the police tell the council. What 3 lists share at once, and "
        "children who are harder to see for all services, cannot be told from the lists. Both usually make the number "
        "too low.",
        "Each list is taken to be about the same children over the same time. A list with another window or other ages "
        "makes the number too high.",
    ]
    if made.fit is None and made.unseen is not None:
        sentences.append("With 3 lists nothing is left to test whether the model fits.")
    if not links:
        sentences.append(
            "Each link between records is taken as right. A missed link makes the number too high, a false one too low."
        )
    elif made.pairs or made.loose:
        sentences.append(
            "Doubtful links are part of the range: each was settled by chance many times, by its probability. They are "
            f"{plural(made.pairs, 'pair')} of children who may be one and {plural(made.loose, 'link')} of a record to "
            "a child, most of them nearly certain. Deciding the doubtful pairs makes the range narrower."
        )
    return tuple(sentences)


def publication_of(made: Estimate, version: int = 1) -> Publication:
    """Return the counts that the estimate was made from, all of them rounded to 5.

    Args:
        made: the estimate.
        version: of the cohort.
    """
    # Children of the lists compared, who are not all of the cohort's.
    whole = Cell(cell_id(version, "listed"), made.seen, weight=_WHOLE)
    lists = (Cell(_list(version, name), children) for name, children in made.lists)
    parts = (*lists, Cell(cell_id(version, "listed=several"), made.shared))
    tables = (parts_table("children by list", whole, parts),)
    return Publication(f"the estimate, version {version} of the cohort", Method.ROUND, tables)


def shown_alone(made: Estimate) -> Mapping[str, Shown]:
    """Return what may be shown of an estimate from files, of which nobody knows what else left."""
    return protect(publication_of(made)).shown


def _list(version: int, name: str) -> str:
    return cell_id(version, f"list={name}")


def lists_in_words(made: Estimate, shown: Mapping[str, Shown], version: int = 1) -> tuple[tuple[str, str], ...]:
    """Return each list with its children, as counts that may be shown."""
    return tuple((agencies(name.split(TOGETHER)), in_words(shown[_list(version, name)])) for name, _ in made.lists)


def put_together_in_words(made: Estimate) -> tuple[str, ...]:
    """Return a sentence for each list that several small ones make up."""
    several: Sequence[str] = [name for name, _ in made.lists if TOGETHER in name]
    return tuple(
        f"{agencies(name.split(TOGETHER))} count as 1 list, because one of them is too small alone." for name in several
    )


def seen_shown(shown: Mapping[str, Shown], version: int = 1) -> Shown:
    """Return the number of children in one list or more, as it may be shown."""
    return shown[cell_id(version, "listed")]


def shared_shown(shown: Mapping[str, Shown], version: int = 1) -> Shown:
    """Return the number of children in several lists, as it may be shown."""
    return shown[cell_id(version, "listed=several")]


def as_json(made: Estimate, shown: Mapping[str, Shown], *, links: bool) -> dict[str, Any]:
    """Return all of it as JSON values, in counts that may be shown; None where a count is withheld."""
    unseen = made.unseen
    return {
        "lists": [{"agencies": name.split(TOGETHER), "children": shown[_list(1, name)]} for name, _ in made.lists],
        "seen": seen_shown(shown),
        "in_several": shared_shown(shown),
        "unseen": {"low": nearest(unseen.low), "middle": nearest(unseen.middle), "high": nearest(unseen.high)}
        if unseen
        else None,
        "lower_bound": None if made.at_least is None else nearest(made.at_least),
        "none": made.none.value if made.none else None,
        "fit": made.fit,
        "sentence": in_sentence(made),
        "bound": bound_in_sentence(made),
        "cautions": list(cautions(made, links=links)),
    }


def _enough(number: int) -> int:
    """Return a number to the nearest 5; 0 where it is so small that words say `fewer than 5`."""
    return 0 if number < SMALLEST_SHOWN else nearest(number)


def _about(number: int) -> str:
    return "fewer than 5" if 0 < number < SMALLEST_SHOWN else f"{nearest(number):,}"
