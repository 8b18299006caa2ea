"""The comparison of two commits notices every difference, and masks what differs by chance and nothing more."""

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest

from benchmarks.same.comparing import Difference, compare, mask
from benchmarks.same.masks import Mask, digest

NONE = Mask("", {})


def sides(folder: Path, name: str, before: bytes, after: bytes) -> list[Difference]:
    for side, data in (("before", before), ("after", after)):
        path = folder / side / name
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    both = mask(folder / "before", "http://one.example:1"), mask(folder / "after", "http://one.example:2")
    return compare(folder / "before", folder / "after", both).differences


def archive(**members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        for name, text in members.items():
            book.writestr(zipfile.ZipInfo(name), text)
    return stream.getvalue()


def parquet(frame: pl.DataFrame, compression: str = "zstd") -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream, compression=compression)  # type: ignore[arg-type]
    return stream.getvalue()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("at 2025-02-24T10:00:00.123456+00:00", "at 2025-02-24T10:00:07+00:00"),
        ("on 25 February 2025 at 14:00:04 GMT, in time", "on 25 February 2025 at 14:00:03 GMT, in time"),
        ("opened it first at 9:59am on Wednesday 5 March", "opened it first at 10am on Wednesday 5 March"),
        ('table__cell">10am on Wednesday 5 March 2025</td>', 'table__cell">10:01am on Wednesday 5 March 2025</td>'),
        ("upload 0123456789abcdef0123456789abcdef", "upload fedcba9876543210fedcba9876543210"),
        ("run 01234567-0123-0123-0123-0123456789ab", "run 76543210-0123-0123-0123-0123456789ab"),
        ('{"code_version":"0.1.0"}', '{"code_version":"0.2.0"}'),
        ("http://one.example:1/sign-in/abc/def", "http://one.example:2/sign-in/ghi/jkl"),
        ('<input name="csrf" type="hidden" value="a">', '<input name="csrf" type="hidden" value="b">'),
    ],
)
def test_what_differs_by_chance_is_masked_in_what_a_rehearsal_leaves(before: str, after: str, tmp_path: Path) -> None:
    assert sides(tmp_path, "ledger/row.json", before.encode(), after.encode()) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("at 2025-02-24T10:00:00Z", "at 2025-02-25T10:00:00Z"),
        ("due 2025-02-24", "due 2025-02-25"),
        ("due 2025-02-24T17:00:00+00:00", "due 2025-02-24T18:00:00+00:00"),
        ("17:00 on Monday", "18:00 on Monday"),
        ("due by 5pm on Wednesday 26 February 2025", "due by 6pm on Wednesday 26 February 2025"),
        ("on 25 February 2025 at 14:00:04 GMT, in time", "on 25 February 2025 at 14:00:04 GMT, late"),
        ("child 0123456789abcdef0123", "child 0123456789abcdef0124"),
        ("digest " + "0" * 64, "digest " + "1" * 64),
        ("5 errors", "6 errors"),
        ('{"rule_set":"a@1"}', '{"rule_set":"a@2"}'),
    ],
)
def test_what_means_something_is_not_masked(before: str, after: str, tmp_path: Path) -> None:
    (difference,) = sides(tmp_path, "ledger/row.json", before.encode(), after.encode())

    assert (difference.kind, difference.file) == ("ledger", "ledger/row.json")


def test_nothing_is_masked_in_what_the_command_line_writes(tmp_path: Path) -> None:
    before, after = b"at 2025-02-24T10:00:00Z", b"at 2025-02-24T10:00:07Z"

    assert len(sides(tmp_path, "verdict/POL-1.json", before, after)) == 1


def test_the_digest_of_an_object_that_is_compared_itself_is_its_name() -> None:
    data = b"written at 10:00"
    side = Mask("", {digest(data): "sample/stored/manifest"})

    assert side.text(f"{digest(data)} ") == "<digest of sample/stored/manifest> "
    assert NONE.text(f"{digest(data)} ") == f"{digest(data)} "


def test_frames_are_compared_by_content_and_by_bytes(tmp_path: Path) -> None:
    frame = pl.DataFrame({"child": ["a", "b"], "age": [1, 2]})
    older = frame.with_columns(age=pl.Series([1, 3]))

    alone = sides(tmp_path / "1", "cohort/frame.parquet", parquet(frame), parquet(frame, "snappy"))
    content = sides(tmp_path / "2", "cohort/frame.parquet", parquet(frame), parquet(older))

    assert [difference.what for difference in (*alone, *content)] == [
        "bytes alone; the content is the same",
        "content of age",
    ]


def test_the_member_of_a_workbook_that_differs_is_named(tmp_path: Path) -> None:
    before, after = archive(sheet="<v>1</v>", styles="x"), archive(sheet="<v>2</v>", styles="x")

    (difference,) = sides(tmp_path, "report-xlsx/POL-1.xlsx", before, after)

    assert difference.what.startswith("sheet: line 1")


def test_a_file_that_only_one_side_makes_is_a_difference(tmp_path: Path) -> None:
    (tmp_path / "before/rules").mkdir(parents=True)
    (tmp_path / "after").mkdir()
    (tmp_path / "before/rules/rules.md").write_text("rules")

    result = compare(tmp_path / "before", tmp_path / "after", (NONE, NONE))

    assert result.differences == [Difference("rules", "rules/rules.md", "only before")]
    assert result.outside(frozenset({"rules"})) == []
