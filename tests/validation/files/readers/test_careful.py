"""Workbooks that are bent, cut and mixed: no cell reads as another's, and nothing but a refusal in words comes out."""

import io
import random
import re
import zipfile
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from tests.validation.foreign import excel_ods, inline_xlsx, libreoffice_ods, shared_xlsx
from tests.validation.hand_made import amended, package, renamed_root
from tests.validation.rows import example_row
from validation.contract.errors import UnreadableError
from validation.engine.checking import headings
from validation.files.readers import Grid, letter, read
from validation.returns import CONTRACTS

_CHILD = tuple(example_row(CONTRACTS["LA-DA"].main).values())
_SHEETS = {"LA-DA": (CONTRACTS["LA-DA"].main.names, _CHILD), "Other": (("a", None, "c"), ("#N/A", "2", None))}
_GOOD = [shared_xlsx(_SHEETS), inline_xlsx(_SHEETS), libreoffice_ods(_SHEETS), excel_ods(_SHEETS)]
_SHEET = "xl/worksheets/sheet1.xml"
_ATTRIBUTE = re.compile(rb'([\w:.-]+)="([^"]*)"')
_VALUES = [b"", b"-1", b"0", b"1", b"2", b"99", b"1048577", b"99999999999", b"A0", b"XFD1", b"zz", b"e", b"s", b"str"]
_VALUES += [
    b"inlineStr",
    b"d",
    b"b",
    b"string",
    b"float",
    b"time",
    b"date",
    b"percentage",
    b"NaN",
    b"1e999",
    b"&#9;",
    b"\xff",
]


def _reads(data: bytes) -> tuple[Grid, ...]:
    """Read a file; a refusal in words is an answer, any other exception is a fault."""
    try:
        return read(data, headings()).grids
    except UnreadableError:
        return ()


def _bend_attribute(parts: dict[str, bytes], chance: random.Random) -> None:
    name = _some_part(parts, chance)
    places = list(_ATTRIBUTE.finditer(parts[name]))
    if places:
        place, value = chance.choice(places), chance.choice(_VALUES)
        parts[name] = parts[name][: place.start(2)] + value + parts[name][place.end(2) :]


def _drop_attribute(parts: dict[str, bytes], chance: random.Random) -> None:
    name = _some_part(parts, chance)
    places = list(_ATTRIBUTE.finditer(parts[name]))
    if places:
        place = chance.choice(places)
        parts[name] = parts[name][: place.start()] + parts[name][place.end() :]


def _cut(parts: dict[str, bytes], chance: random.Random) -> None:
    name = _some_part(parts, chance)
    parts[name] = parts[name][: chance.randrange(len(parts[name]) + 1)]


def _drop_piece(parts: dict[str, bytes], chance: random.Random) -> None:
    name = _some_part(parts, chance)
    start = chance.randrange(len(parts[name]) + 1)
    parts[name] = parts[name][:start] + parts[name][start + chance.randrange(60) :]


def _double_piece(parts: dict[str, bytes], chance: random.Random) -> None:
    name = _some_part(parts, chance)
    tags = [m.start() for m in re.finditer(rb"<", parts[name])]
    if len(tags) > 1:
        start, end = sorted(chance.sample(tags, 2))
        parts[name] = parts[name][:end] + parts[name][start:end] + parts[name][end:]


def _drop_part(parts: dict[str, bytes], chance: random.Random) -> None:
    del parts[_some_part(parts, chance)]


def _rename_part(parts: dict[str, bytes], chance: random.Random) -> None:
    name = _some_part(parts, chance)
    other = chance.choice(
        [name.upper(), name.replace("/", "\\"), "/" + name, "../" + name, name + "2", "xl/workbook.bin"]
    )
    parts[other] = parts.pop(name)


def _exchange(parts: dict[str, bytes], chance: random.Random) -> None:
    one, other = _some_part(parts, chance), _some_part(parts, chance)
    parts[one], parts[other] = parts[other], parts[one]


_BENDS: list[Callable[[dict[str, bytes], random.Random], None]] = [
    _bend_attribute,
    _drop_attribute,
    _cut,
    _drop_piece,
    _double_piece,
    _drop_part,
    _rename_part,
    _exchange,
]


def _some_part(parts: dict[str, bytes], chance: random.Random) -> str:
    return chance.choice(sorted(parts))


def bent(data: bytes, bends: list[int], chance: random.Random) -> bytes:
    """Return a workbook whose parts are changed, one way after the other."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for bend in bends:
        if parts:
            _BENDS[bend](parts, chance)
    return package(parts)


@examples(120)
@given(
    st.sampled_from(_GOOD),
    st.lists(st.integers(0, len(_BENDS) - 1), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_l9_whatever_is_done_to_a_workbook_it_is_read_or_refused_in_words(
    data: bytes, bends: list[int], chance: random.Random
) -> None:
    _reads(bent(data, bends, chance))


@examples(60)
@given(st.sampled_from(_GOOD), st.integers(0), st.integers(0, 255))
def test_l9_a_byte_that_changed_on_the_way_is_read_or_refused_in_words(data: bytes, place: int, byte: int) -> None:
    place %= len(data)
    _reads(data[:place] + bytes([byte]) + data[place + 1 :])


_CELLS = st.sampled_from(
    [
        "><v>7</v></c>", "/>", "></c>", ' s="1"/>', "><v></v></c>", "><v/></c>", "><f>1</f></c>",
        "><f>1</f><v>3</v></c>",
        "><f>1</f><v></v></c>", '><f t="shared" si="0"/><v>4</v></c>', ' t="str"><f>1</f><v></v></c>', ' t="str"/>',
        ' t="str"><v>x</v></c>', ' t="str"><v></v></c>', ' t="s"><v>0</v></c>', ' t="s"><v>1</v></c>', ' t="s"/>',
        ' t="s"><v></v></c>', ' t="b"><v>1</v></c>', ' t="e"><v>#N/A</v></c>', ' t="e"><f>1</f><v>#REF!</v></c>',
        ' t="e"/>', ' t="inlineStr"><is><t>y</t></is></c>', ' t="inlineStr"><is><t></t></is></c>',
        ' t="inlineStr"><is/></c>',
        ' t="inlineStr"/>', ' t="str"><v xml:space="preserve"> </v></c>', "><v> </v></c>", "><v>x1</v></c>",
    ]
)  # fmt: skip


_FULL: tuple[str, ...] = (
    "<v>7</v></c>",
    "<v>3</v></c>",
    "<v>4</v></c>",
    "<v>x</v></c>",
    "<v>x1</v></c>",
    "<t>y</t></is></c>",
)
_FULL += (' t="s"><v>0</v></c>', ' t="b"><v>1</v></c>')


def _cells_of(grid: Grid) -> dict[str, str]:
    return {
        f"{letter(grid.offset + x)}{grid.places[y]}": text
        for y, row in enumerate(grid.frame.iter_rows())
        for x, text in enumerate(row)
        if text
    }


@examples(120)
@given(st.lists(st.lists(_CELLS, max_size=5), min_size=1, max_size=5), st.booleans())
def test_l14_a_copy_made_cell_by_cell_reads_as_the_sheet_itself_does(rows: list[list[str]], prefixed: bool) -> None:
    done = "".join(
        f'<row r="{y}">{"".join(f"<c r={chr(34)}{letter(x)}{y}{chr(34)}{cell}" for x, cell in enumerate(row))}</row>'
        for y, row in enumerate(rows, 1)
    )
    sheet = f"<worksheet><sheetData>{done}</sheetData></worksheet>"
    if prefixed:
        sheet = re.sub(r"(</?)(\w)", r"\1x:\2", sheet)
    data = amended(shared_xlsx({"S": (("text", None), (None, None))}), {_SHEET: lambda _: sheet.encode()})
    data = amended(data, {"xl/sharedStrings.xml": lambda _: b"<sst><si><t>zero</t></si><si><t></t></si></sst>"})
    (as_it_came,), (copied,) = _reads(data), _reads(renamed_root(data))
    assert _cells_of(as_it_came) == _cells_of(copied)
    assert {(m.kind, m.record, m.column) for m in as_it_came.marks} == {
        (m.kind, m.record, m.column) for m in copied.marks
    }
    expected = {
        f"{letter(x)}{y}" for y, row in enumerate(rows, 1) for x, cell in enumerate(row) if cell.endswith(_FULL)
    }
    assert set(_cells_of(copied)) == expected
