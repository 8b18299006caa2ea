"""A project is written as the schema asks: elements in order, each reference to something that is there."""

import io
import re
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

from models.ids import guid_of
from tasks.reading.qdpx import NAMESPACE, QdaProject, QdaText, groups, written

_AT = datetime(2025, 3, 3, 9, 30, tzinfo=UTC)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CODES = groups([("area", "Area", {"EA01": "First & foremost"}), ("empty", "Empty", {})], "code", "t@1")
_AREA = guid_of("code", "t@1", "area", "EA01")
_ANN = guid_of("person", "P-A")


def text(name: str, words: str, *codes: str) -> QdaText:
    return QdaText(guid_of("n", name), name, words, _ANN, _AT, _AT, codes)


def project(*notes: QdaText, memos: tuple[QdaText, ...] = ()) -> QdaProject:
    case = (guid_of("case"), "T1", tuple(note.guid for note in notes[:1]))
    return QdaProject("p", ((_ANN, "P-A"),), _CODES, notes, memos, (case,) if notes else (), "two")


def parts(data: bytes) -> tuple[ElementTree.Element, dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        texts = {name: package.read(name).decode() for name in package.namelist() if name.startswith("sources/")}
        return ElementTree.fromstring(package.read("project.qde")), texts  # noqa: S314 - we wrote it


# What Project.xsd of the standard (version 1.0, 18 March 2019) allows of each element that is written here: attributes
# that must be there, others, and children in their order, of which those with a star may come more than once.
_WHEN = "creatingUser creationDateTime modifyingUser modifiedDateTime"
_TEXT = ("guid", f"name richTextPath plainTextPath {_WHEN}")
_PARTS_OF_TEXT = "Description PlainTextContent PlainTextSelection* Coding* NoteRef* VariableValue*"
_SCHEMA = {
    "Project": (
        "name",
        "origin creatingUserGUID creationDateTime modifyingUserGUID modifiedDateTime basePath",
        "Users CodeBook Variables Cases Sources Notes Links Sets Graphs Description NoteRef*",
    ),
    "Users": ("", "", "User*"),
    "User": ("guid", "name id", ""),
    "CodeBook": ("", "", "Codes"),
    "Codes": ("", "", "Code*"),
    "Code": ("guid name isCodable", "color", "Description NoteRef* Code*"),
    "Cases": ("", "", "Case*"),
    "Case": ("guid", "name", "Description CodeRef* VariableValue* SourceRef* SelectionRef*"),
    "Sources": ("", "", "TextSource*"),
    "TextSource": (*_TEXT, _PARTS_OF_TEXT),
    "Notes": ("", "", "Note*"),
    "Note": (*_TEXT, _PARTS_OF_TEXT),
    "PlainTextSelection": ("guid startPosition endPosition", f"name {_WHEN}", "Description Coding* NoteRef*"),
    "Coding": ("guid", "creatingUser creationDateTime", "CodeRef NoteRef*"),
    "CodeRef": ("targetGUID", "", ""),
    "SourceRef": ("targetGUID", "", ""),
    "Description": ("", "", ""),
}
_LISTS = {"Users", "CodeBook", "Codes", "Cases", "Sources", "Notes"}
_VALUES = {
    **dict.fromkeys(("guid", "targetGUID", "creatingUser"), _GUID),
    **dict.fromkeys(("creationDateTime", "modifiedDateTime"), re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")),
    **dict.fromkeys(("startPosition", "endPosition"), re.compile(r"\d+")),
    "isCodable": re.compile("true|false"),
}


def against_schema(element: ElementTree.Element) -> list[str]:
    """Return what an element and those within have that the schema does not allow, or lack that it asks for."""
    name = local(element)
    must, may, within = (part.split() for part in _SCHEMA[name])
    wrong = [f"{name} has no {each}" for each in must if each not in element.attrib]
    for key, value in element.attrib.items():
        if key not in (*must, *may) or (key in _VALUES and not _VALUES[key].fullmatch(value)):
            wrong.append(f"{name} has {key}={value}")
    children = [local(child) for child in element]
    order = [each.rstrip("*") for each in within]
    if children != sorted(children, key=lambda child: order.index(child) if child in order else -1):
        wrong.append(f"{name} has {children}")
    wrong += [f"{name} has {child}" for child in set(children) if child not in order]
    wrong += [f"{name} has {child} twice" for child in set(children) if child in within and children.count(child) > 1]
    if name in _LISTS and not children:
        wrong.append(f"{name} is empty")
    return [*wrong, *(each for child in element for each in against_schema(child))]


def local(element: ElementTree.Element) -> str:
    space, _, name = element.tag.rpartition("}")
    assert space == f"{{{NAMESPACE}"
    return name


def test_whatever_a_project_holds_the_schema_of_the_standard_allows_it() -> None:
    whole = project(text("a", "wörds <1>", _AREA), text("b", ""), memos=(text("m", "memo", _AREA),))
    for each in (
        whole,
        project(text("a", "x")),
        project(memos=(text("m", "", _AREA),)),
        QdaProject("p", (), (), (), (), ()),
    ):
        assert against_schema(parts(written(each))[0]) == []


def test_elements_stand_in_the_order_of_the_schema_and_every_reference_leads_somewhere() -> None:
    root, texts = parts(written(project(text("a", "wörds <1>", _AREA), text("b", ""), memos=(text("m", "memo"),))))
    assert [local(child) for child in root] == ["Users", "CodeBook", "Cases", "Sources", "Notes", "Description"]
    guids = [element.attrib["guid"] for element in root.iter() if "guid" in element.attrib]
    assert len(guids) == len(set(guids))
    assert all(_GUID.fullmatch(guid) for guid in guids)
    refs = {element.attrib["targetGUID"] for element in root.iter() if "targetGUID" in element.attrib}
    users = {element.attrib["creatingUser"] for element in root.iter() if "creatingUser" in element.attrib}
    assert refs | users <= set(guids)
    paths = {e.attrib["plainTextPath"] for e in root.iter() if "plainTextPath" in e.attrib}
    assert {f"internal://{name.removeprefix('sources/')}" for name in texts} == paths
    selection = root.find(f".//{{{NAMESPACE}}}PlainTextSelection")
    assert selection is not None
    assert (selection.attrib["startPosition"], selection.attrib["endPosition"]) == ("0", str(len("wörds <1>")))
    assert selection.attrib["creationDateTime"] == "2025-03-03T09:30:00Z"


def test_l4_the_same_project_is_the_same_bytes() -> None:
    assert written(project(text("a", "x", _AREA))) == written(project(text("a", "x", _AREA)))


def test_what_xml_cannot_hold_does_not_break_the_file_and_words_stay_as_they_are() -> None:
    root, texts = parts(written(project(text("a\0b\ufffe", "NUL \0 and \x0b stay"))))
    source = root.find(f".//{{{NAMESPACE}}}TextSource")
    assert source is not None
    assert source.attrib["name"] == "a\ufffdb\ufffd"
    assert list(texts.values()) == ["NUL \0 and \x0b stay"]


def test_an_empty_project_has_no_empty_list() -> None:
    root, texts = parts(written(QdaProject("p", (), (), (), (), ())))
    assert list(root) == []
    assert texts == {}
