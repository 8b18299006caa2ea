"""The parts of a workbook as XML, parsed to their end; what they declare of themselves may be as wrong as the rest."""

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

from validation.contract.errors import UnreadableError
from validation.files import refusals

Start = Callable[[str, Mapping[str, str]], None]
_WIDE = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


def new_parser(separator: str | None = None) -> expat.XMLParserType:
    """Return a parser that stops at definitions of entities, wherever the guards did not look.

    Args:
        separator: what stands between namespace and name; None where names keep their prefixes.
    """
    parser = expat.ParserCreate(namespace_separator=separator)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_definitions
    return parser


def _refuse_definitions(*_: object) -> None:
    raise UnreadableError(refusals.ENTITIES)


def parse(part: bytes, start: Start | None = None) -> None:
    """Parse a part, and tell `start` of each element's name and attributes.

    Raises:
        ExpatError: the part is not whole, or in an encoding that does not exist.
        UnreadableError: it defines entities.
    """
    parser = new_parser()
    parser.StartElementHandler = start
    feed(parser, part, last=True)


def feed(parser: expat.XMLParserType, block: bytes, *, last: bool = False) -> None:
    """Give a parser the next block of a part.

    Raises:
        ExpatError: the part is not whole, or in an encoding that does not exist.
        UnreadableError: it defines entities.
    """
    try:
        parser.Parse(block, last)
    except LookupError:
        raise expat.ExpatError("unknown encoding") from None


def elements(part: bytes, name: str) -> list[dict[str, str]]:
    """Return the attributes of every element of a name, both without their prefixes.

    Raises:
        ExpatError: the part is not whole.
    """
    some: list[dict[str, str]] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        if bare(tag) == name:
            some.append({bare(key): text for key, text in attributes.items()})

    parse(part, start)
    return some


def bare(name: str) -> str:
    """Return an element's or attribute's name without its prefix."""
    return name.rpartition(":")[2]


def is_wide(start: bytes) -> bool:
    """Return whether a part that begins so is in UTF-16, which few parsers read."""
    return any(start.startswith(mark) for mark, _ in _WIDE)


def plain_text(part: bytes) -> bytes:
    """Return a part in UTF-8 where it was in UTF-16, and any other as it is.

    Raises:
        ValueError: it is not the UTF-16 that it begins as.
    """
    encoding = next((encoding for mark, encoding in _WIDE if part.startswith(mark)), None)
    return _DECLARED.sub("", part.decode(encoding).removeprefix("\ufeff"), count=1).encode() if encoding else part
