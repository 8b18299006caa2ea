"""Whatever bytes arrive, there is a verdict; whatever order rows have, the same findings."""

from functools import cache

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from tests.examples import examples
from tests.validation.rows import CONTEXT, csv_of
from validation.engine.checking import check_file
from validation.returns import CONTRACTS
from validation.telling.pages import write_pages
from validation.telling.templates import template_pages

_LA = CONTRACTS["LA-DA"]
_QUICK = examples(60, suppress_health_check=list(HealthCheck))
_VERDICTS = {"accepted", "queried", "rejected", "unreadable"}
_MAGIC = st.sampled_from(
    [b"", b"PK\x03\x04", b"\xef\xbb\xbf", b"\xff\xfe", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b'la_child_id,sex\n"']
)


@given(magic=_MAGIC, data=st.binary(max_size=400))
@_QUICK
def test_any_bytes_have_a_verdict(magic: bytes, data: bytes) -> None:
    assert check_file(magic + data, _LA, CONTEXT).verdict in _VERDICTS


@given(text=st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=27, max_size=27))
@_QUICK
def test_any_cells_have_a_verdict(text: list[str]) -> None:
    rows = [dict(zip(_LA.main.names, text, strict=True))]
    assert check_file(csv_of(_LA.main, rows).encode(), _LA, CONTEXT).verdict in _VERDICTS


@cache
def _template() -> bytes:
    return write_pages(template_pages(_LA, CONTEXT.theme), "xlsx")


@given(cut=st.integers(0, 6000))
@_QUICK
def test_any_part_of_a_workbook_has_a_verdict(cut: int) -> None:
    data = _template()
    at = cut % len(data)
    for broken in (data[:at], data[:at] + b"\xff" + data[at + 1 :]):
        assert check_file(broken, _LA, CONTEXT).verdict in _VERDICTS
