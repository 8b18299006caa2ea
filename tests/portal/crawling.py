"""Walks the portal as a person does: follows every link of every page, and fills in and sends every form."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from tests.portal.driving import Driver

_SKIPPED = re.compile(r"\.(xlsx|csv|ods|json|pdf|docx|odt|html)$|/files/\d|/statement/file$|^/sign-out|^/assets|/view$")
_SAME = re.compile(
    r"[0-9a-f]{16,}(-[0-9a-f]{16,})?|\bF\d\d\b|(?<=queries/)\d+"
    r"|(?<=/children/[TS])\d+|(?<=/sampled/)S\d+|(?<=/judgements/)T\d+/\w+|(?<=child=[TS])\d+|(?<=/documents/)[^/]+"
    r"|(?<=[?&]month=)[0-9-]+|(?<=[?&]week=)[0-9-]+|(?<=/guidance/)[\w-]+"
)

_NAMED = re.compile(r"[\w-]*\d[\w-]*|(?<=/)[\w-]+")


@dataclass
class FilledForm:
    """One form as a browser would send it, with something sensible in every field that a person fills in."""

    page: str
    action: str
    fields: dict[str, Any] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Collects the links and forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.links, self.forms = page, [], []  # type: ignore[var-annotated]
        self._form: FilledForm | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "form":
            self._form = FilledForm(self.page, given.get("action", self.page))
            # A form that only asks for another view of its page is a link.
            if given.get("method") == "post":
                self.forms.append(self._form)
        elif self._form is not None and tag == "fieldset" and "disabled" in given:
            # No browser sends it.
            self.forms = [each for each in self.forms if each is not self._form]
        elif self._form is not None:
            self._fill(tag, given, self._form)

    def _fill(self, tag: str, given: dict[str, str], form: FilledForm) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "textarea":
            form.fields[name] = "These are some words about a fact."
        elif tag == "select":
            self._select = name
        elif tag == "option" and given.get("value"):
            form.fields[self._select] = given["value"]
        elif tag == "input" and kind == "file":
            ending = ".pdf" if ".pdf" in given.get("accept", "") else ".csv"
            form.files[name] = (f"a{ending}", f"{self.page}\n1\n".encode())
        elif tag == "input" and kind == "checkbox":
            form.fields.setdefault(name, []).append(given.get("value", ""))
        elif tag == "input" and name:
            form.fields.setdefault(name, given.get("value", "") or "Words")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


@dataclass(frozen=True)
class Visit:
    """One page that was opened: its address, its status and its words."""

    path: str
    status: int
    text: str
    forms: tuple[FilledForm, ...]


class _Outline(HTMLParser):
    """Collects the tags of a page with all that shows or says what they are, and whether there are words between."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # Ids and addresses differ from page to page, and are as good as each other.
        own = [f"{name}={_NAMED.sub('*', value or '')}" for name, value in attrs]
        self.parts.append(" ".join([tag, *own]))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.parts.append("words")


def outline(text: str) -> str:
    """Return a page without its words: two pages of one outline are built alike."""
    reader = _Outline()
    reader.feed(text)
    return "\n".join(reader.parts)


def visits(driver: Driver, start: str) -> Iterator[Visit]:
    """Open every page that can be reached, one of each sort."""
    waiting, seen = [start], {_SAME.sub("*", start)}
    while waiting:
        path = waiting.pop(0)
        answer = driver.get(path)
        reader = _Reader(path)
        reader.feed(answer.text)
        yield Visit(path, answer.status_code, answer.text, tuple(reader.forms))
        for link in reader.links:
            address = link.partition("#")[0]
            sort = _SAME.sub("*", address)
            if address.startswith("/") and not _SKIPPED.search(address) and sort not in seen:
                seen.add(sort)
                waiting.append(address)
