"""Writes a project of the REFI-QDA standard (QDPX): a zip of `project.qde` and a text for each source. Pure.

The standard is of qdasoftware.org, version 1.0; programs such as NVivo, MAXQDA, ATLAS.ti and QualCoder read it.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from models.ids import guid_of

NAMESPACE = "urn:QDA-XML:project:1.0"
ORIGIN = "JTAI"
_ZIPPED = (1980, 1, 1, 0, 0, 0)  # the first moment that an archive can name: the same project makes the same bytes (L4)
# What XML cannot hold, however it is written.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class QdaCode:
    """A code of the codebook; a group of codes can have none of its own text."""

    guid: str
    name: str
    under: tuple["QdaCode", ...] = ()


@dataclass(frozen=True, slots=True)
class QdaText:
    """A text with the codes on the whole of it.

    Attributes:
        guid: of the text.
        name: as programs list it.
        text: the words.
        user: GUID of whoever wrote it.
        created: when it was begun.
        modified: when it was changed last.
        codes: GUIDs of its codes.
    """

    guid: str
    name: str
    text: str
    user: str
    created: datetime
    modified: datetime
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QdaProject:
    """A project: users by GUID, groups of codes, sources, notes, and cases by name with the sources about each."""

    name: str
    users: tuple[tuple[str, str], ...]
    codes: tuple[QdaCode, ...]
    sources: tuple[QdaText, ...]
    notes: tuple[QdaText, ...]
    cases: tuple[tuple[str, str, tuple[str, ...]], ...]
    description: str = ""


def written(project: QdaProject) -> bytes:
    """Return a project as the bytes of a QDPX file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        _put(package, "project.qde", project_xml(project))
        for text in (*project.sources, *project.notes):
            _put(package, f"sources/{text.guid}.txt", text.text.encode())
    return out.getvalue()


def _put(package: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _ZIPPED)
    entry.compress_type = zipfile.ZIP_DEFLATED
    package.writestr(entry, data)


def project_xml(project: QdaProject) -> bytes:
    """Return the project's own part, its elements in the order that the schema asks for."""
    root = ElementTree.Element("Project", {"xmlns": NAMESPACE, "name": _legal(project.name), "origin": ORIGIN})
    _add_users(root, project)
    _add_codes(root, project)
    _add_cases(root, project)
    for tag, part, texts in (("Sources", "TextSource", project.sources), ("Notes", "Note", project.notes)):
        if texts:
            parent = ElementTree.SubElement(root, tag)
            for text in texts:
                _add_text(parent, part, text)
    if project.description:
        ElementTree.SubElement(root, "Description").text = _legal(project.description)
    data: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def _add_users(root: ElementTree.Element, project: QdaProject) -> None:
    if project.users:
        users = ElementTree.SubElement(root, "Users")
        for guid, name in project.users:
            ElementTree.SubElement(users, "User", {"guid": guid, "name": _legal(name)})


def _add_codes(root: ElementTree.Element, project: QdaProject) -> None:
    if project.codes:
        codes = ElementTree.SubElement(ElementTree.SubElement(root, "CodeBook"), "Codes")
        for code in project.codes:
            _add_code(codes, code)


def _add_code(parent: ElementTree.Element, code: QdaCode) -> None:
    facts = {"guid": code.guid, "name": _legal(code.name), "isCodable": "false" if code.under else "true"}
    element = ElementTree.SubElement(parent, "Code", facts)
    for under in code.under:
        _add_code(element, under)


def _add_cases(root: ElementTree.Element, project: QdaProject) -> None:
    if project.cases:
        cases = ElementTree.SubElement(root, "Cases")
        for guid, name, sources in project.cases:
            case = ElementTree.SubElement(cases, "Case", {"guid": guid, "name": _legal(name)})
            for source in sources:
                ElementTree.SubElement(case, "SourceRef", {"targetGUID": source})


def _add_text(parent: ElementTree.Element, tag: str, text: QdaText) -> None:
    when = {"creatingUser": text.user, "creationDateTime": _moment(text.created)}
    facts = {"guid": text.guid, "name": _legal(text.name), "plainTextPath": f"internal://{text.guid}.txt", **when}
    facts |= {"modifiedDateTime": _moment(text.modified)}
    element = ElementTree.SubElement(parent, tag, facts)
    if text.codes and text.text:
        # Most programs show codes on a passage alone, so the whole text is one.
        ends = {"startPosition": "0", "endPosition": str(len(text.text))}
        passage = {"guid": guid_of(text.guid, "whole"), "name": _legal(text.name), **ends, **when}
        selection = ElementTree.SubElement(element, "PlainTextSelection", passage)
        for code in text.codes:
            coding = ElementTree.SubElement(selection, "Coding", {"guid": guid_of(text.guid, code), **when})
            ElementTree.SubElement(coding, "CodeRef", {"targetGUID": code})


def _moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)


def groups(codes: Sequence[tuple[str, str, dict[str, str]]], *scope: str) -> tuple[QdaCode, ...]:
    """Return groups of codes: each with its name, its title, and the words of its codes.

    Args:
        codes: name, title, code -> words.
        *scope: what the codes are of, such as a theme; the same code of the same scope has the same GUID.
    """
    return tuple(
        QdaCode(
            guid_of(*scope, name),
            title,
            tuple(QdaCode(guid_of(*scope, name, code), words) for code, words in labels.items()),
        )
        for name, title, labels in codes
        if labels
    )
