"""What may differ between two runs of the same code, and nothing more: moments, random ids, addresses, code version."""

import hashlib
import re
from dataclasses import dataclass

# Deadlines fall on whole minutes, and are compared; what the clock said when something was done seldom does.
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d:(?:\d\d\.\d+|(?!00)\d\d)(?:Z|[+-]\d\d:?\d\d)?")
# A receipt says the second, a list of children when it was first opened; a deadline says neither.
_RECEIVED = re.compile(r"(?<= at )\d\d:\d\d:\d\d(?= (?:GMT|BST))")
_OPENED = re.compile(r"(?<=[Ff]irst at )\d{1,2}(?::\d\d)?[ap]m(?= on \w+ \d)")
_CELL = re.compile(r'(?<=table__cell">)\d{1,2}(?::\d\d)?[ap]m(?= on \w+ \d{1,2} \w+ \d{4}</td>)')
_RANDOM_ID = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?![0-9a-f])")
_DIGEST = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{16})(?![0-9a-f])")
_VERSION = re.compile(r'("code_version":\s*")[^"]*(")')
_TOKEN = re.compile(r'(name="csrf"[^>]*value=")[^"]*(")')
_LINK = re.compile(r"/sign-in/\w+/\w+")

SAYS = (
    "the time of day of a moment that is not on a whole minute, as deadlines are (the day is compared)",
    "the time of day on receipts, of a list's first opening, and where it stands in a cell of a page's table",
    "ids of 32 hexadecimal digits or of a UUID, which are random",
    "the digest of an object that is itself compared, shown as the name of that object",
    "code_version in a manifest",
    "the portal's address, sign-in links and the tokens of its forms",
)
"""What is masked, in sentences, for the report."""


@dataclass(frozen=True)
class Mask:
    """The mask of one side: the address of its portal, and the name of each file that it made by its digest."""

    address: str
    names: dict[str, str]

    def text(self, text: str) -> str:
        """Return a text with everything masked that may differ."""
        if self.address:
            text = text.replace(self.address, "<portal>")
        text = _MOMENT.sub(r"\1 <time>", text)
        text = _CELL.sub("<time>", _OPENED.sub("<time>", _RECEIVED.sub("<time>", text)))
        text = _LINK.sub("/sign-in/<link>", text)
        text = _DIGEST.sub(self._name, text)
        text = _RANDOM_ID.sub("<id>", text)
        text = _VERSION.sub(r"\1<version>\2", text)
        return _TOKEN.sub(r"\1<token>\2", text)

    def _name(self, match: re.Match[str]) -> str:
        name = self.names.get(match.group()[:16])
        return f"<digest of {name}>" if name else match.group()


def digest(data: bytes) -> str:
    """Return the beginning of a digest by which keys and manifests name an object."""
    return hashlib.sha256(data).hexdigest()[:16]
