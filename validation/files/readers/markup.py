"""The parts of a workbook as XML, parsed to their end; what they declare of themselves may be as wrong as the rest."""

from collections.abc import Callable, Mapping
from xml.parsers import expat  # definitions of entities were refused before

Start = Callable[[str, Mapping[str, str]], None]


def parse(part: bytes, start: Start | None = None) -> None:
    """Parse a part, and tell `start` of each element's name and attributes.

    Raises:
        ExpatError: the part is not whole, or in an encoding that does not exist.
    """
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(part, True)
    except LookupError:
        raise expat.ExpatError("unknown encoding") from None
