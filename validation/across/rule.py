"""What a check across returns is: where it is reported, what it needs, what to do about it, and an example of each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from validation.across.area import Area, Found
from validation.contract.model import Row, Severity

# Return, or return and sheet as in `PRO-1.Children` -> rows, as changes to the sheet's example row.
Example = Mapping[str, tuple[Row, ...]]


@dataclass(frozen=True)
class CrossRule:
    """One check across returns.

    Attributes:
        id: stable name.
        severity: a query asks for an explanation; an error must be mended in the next version.
        message: what to look at in one's own file; never what another agency wrote.
        source: where the rule comes from.
        on: the returns on which it is reported, and in which column.
        find: the rows concerned, for each return that the rule is reported on.
        passing: returns of an area that keep the rule.
        failing: returns of an area that break it.
        added: whether it holds only under themes that add it to their rule set.
    """

    id: str
    severity: Severity
    message: str
    source: str
    on: Mapping[str, str]
    find: Callable[[Area], Iterable[Found]]
    passing: Example
    failing: Example
    added: bool = False
