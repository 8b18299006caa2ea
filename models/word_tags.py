"""Tags by which paragraphs of the draft are known again in a file of another program. Pure."""

import re

GUIDE = "guide"
"""The tag of what tells people what to do with the file."""
SECTION = "section:"
"""What stands before the code of a section in the tag of its heading."""
HEADING = ":heading"
"""What follows the tag of a paragraph in that of its title."""

_TAG = re.compile(rf"(P\d{{2,4}})@(\d{{1,5}})({HEADING})?")


def tag_of(paragraph: str, version: int) -> str:
    """Return the tag of one version of a paragraph, such as `P05@3`."""
    return f"{paragraph}@{version}"


def paragraph_in(tag: str) -> tuple[str, int] | None:
    """Return the paragraph and the version that a tag names, be it of words or of a title; None for others."""
    match = _TAG.fullmatch(tag)
    return (match[1], int(match[2])) if match else None


def is_tag(tag: str) -> bool:
    """Return whether a tag is one of ours."""
    return tag == GUIDE or tag.startswith(SECTION) or _TAG.fullmatch(tag) is not None
