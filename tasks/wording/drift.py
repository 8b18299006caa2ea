"""Says whether a quantifier stands for the same share of cases in every area. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from tasks.drafting.draft import Binding, LetterDraft
from tasks.drafting.quantifiers import BY_CODE, fit

DRIFTS_FROM = 0.15
"""Two areas differ where the middle shares behind one word lie this far apart, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class QuantifierUse:
    """One sentence of a published letter whose quantifier has cases behind it: counts alone, no label and no word.

    Attributes:
        inspection: its reference.
        area: the local area.
        quantifier: its code.
        cases: how many show it.
        against: how many speak against it.
    """

    inspection: str
    area: str
    quantifier: str
    cases: int
    against: int

    @property
    def share(self) -> float:
        """Return the share of cases that show it, from 0 to 1."""
        return self.cases / (self.cases + self.against)


@dataclass(frozen=True, slots=True)
class AreaShare:
    """The middle share behind a quantifier in one area's letters, and of how many sentences."""

    area: str
    sentences: int
    share: float


@dataclass(frozen=True, slots=True)
class Drift:
    """What one quantifier stands for over areas.

    Attributes:
        quantifier: its code.
        sentences: how many sentences have cases behind it.
        least: the smallest share, from 0 to 1.
        middle: the median share.
        most: the largest.
        outside: sentences whose share its bounds do not bear out.
        areas: by the middle share, the smallest first.
    """

    quantifier: str
    sentences: int
    least: float
    middle: float
    most: float
    outside: int
    areas: tuple[AreaShare, ...]

    @property
    def spread(self) -> float:
        """Return how far the middle shares of two areas lie apart at most; 0 where there is one area."""
        return self.areas[-1].share - self.areas[0].share

    @property
    def drifts(self) -> bool:
        """Return whether the word does not mean the same in two areas."""
        return self.spread >= DRIFTS_FROM


def uses_of(draft: LetterDraft, area: str) -> tuple[QuantifierUse, ...]:
    """Return the sentences of a letter whose quantifiers have cases behind them, as counts."""
    return tuple(
        QuantifierUse(draft.inspection, area, each.quantifier, len(each.cases), len(each.against))
        for paragraph in draft.paragraphs
        for each in paragraph.bindings
        if (each.cases or each.against) and each.quantifier in BY_CODE
    )


def drift(uses: Iterable[QuantifierUse]) -> tuple[Drift, ...]:
    """Return what each quantifier stands for over areas, in the order of the quantifiers, without those never used."""
    by_code: dict[str, list[QuantifierUse]] = defaultdict(list)
    for use in uses:
        by_code[use.quantifier].append(use)
    return tuple(_drift(code, by_code[code]) for code in BY_CODE if code in by_code)


def _drift(code: str, uses: Sequence[QuantifierUse]) -> Drift:
    by_area: dict[str, list[float]] = defaultdict(list)
    for use in uses:
        by_area[use.area].append(use.share)
    areas = sorted((AreaShare(area, len(shares), median(shares)) for area, shares in by_area.items()), key=_by_share)
    shares = [use.share for use in uses]
    outside = sum(_fit(use) != "fits" for use in uses)
    return Drift(code, len(uses), min(shares), median(shares), max(shares), outside, tuple(areas))


def _by_share(area: AreaShare) -> tuple[float, str]:
    return area.share, area.area


def _fit(use: QuantifierUse) -> str:
    # The bounds have one home; a binding is what they are asked of.
    return fit(Binding(0, use.quantifier, tuple(map(str, range(use.cases))), ("",) * use.against))
