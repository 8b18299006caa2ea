"""What a check across returns is: where it is reported, what it needs, what to do about it, and an example of each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass

from validation.across.area import AreaReturns, Found
from validation.contract.rules import Declared, Row

# Return, or return and sheet as in `PRO-1.Children` -> rows, as changes to the sheet's example row.
Example = Mapping[str, tuple[Row, ...]]


@dataclass(eq=False, repr=False)
class CrossRule(Declared):
    """One check across returns.

    Attributes:
        severity: a query asks for an explanation; an error must be mended in the next version.
        message: what to look at in one's own file; never what another agency wrote.
        on: the returns on which it is reported, and in which column.
        find: the rows concerned, for each return that the rule is reported on.
        passes_on: returns of an area that keep the rule.
        fails_on: returns of an area that break it.
    """

    _: KW_ONLY
    on: Mapping[str, str]
    find: Callable[[AreaReturns], Iterable[Found]]
    passes_on: Example
    fails_on: Example
