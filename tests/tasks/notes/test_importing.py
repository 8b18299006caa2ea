"""Pieces of another program's project become notes of whoever sends them, each once."""

import pytest
from sqlmodel import select

from models.ids import guid_of
from models.tables import ImportedNote, Note, NoteBatch
from tasks.ground.database import transaction
from tasks.notes import taking
from tasks.notes.importing import CodedPiece, Imported, batched, chosen_codes, import_pieces
from tasks.reading.exchange import export_project
from tasks.reading.notes import written_notes
from tasks.reading.visibility import Reader
from tests.tasks.steps import ledger_text, newest_entry

_READER = Reader("inspector: P-X")
_BOOK = {"area": {"EA08": "Health services"}, "judgement": {"concern": "Concern"}, "child": {"T1": "T1"}}
_KNOWN = {"g-area": ("area", "EA08")}


def piece(number: int, text: str = "", *codes: tuple[str, tuple[str, ...]]) -> CodedPiece:
    return CodedPiece(guid_of("test", str(number)), text or f"piece {number}", codes)


def _notes(ref: str) -> dict[str, tuple[str, str, str]]:
    with transaction() as session:
        rows = written_notes(session, ref, _READER, "P-X")
        return {row.text: (row.note.person_id, row.note.area, row.note.child) for row in rows}


@pytest.mark.parametrize(
    ("codes", "chosen", "rest"),
    [
        ((("g-area", ("Other name",)),), {"area": "EA08"}, []),
        ((("x", ("Area of evaluation", "health SERVICES")),), {"area": "EA08"}, []),
        ((("x", ("Concern",)),), {"judgement": "concern"}, []),
        ((("x", ("Mood", "Concern")),), {}, ["Mood: Concern"]),
        ((("x", ("Trauma",)), ("y", ("t1",))), {"child": "T1"}, ["Trauma"]),
        ((("g-area", ("a",)), ("x", ("Area of evaluation", "EA08"))), {"area": "EA08"}, []),
    ],
)
def test_codes_are_known_by_their_guid_or_their_words_and_others_become_words(
    codes: tuple[tuple[str, tuple[str, ...]], ...], chosen: dict[str, str], rest: list[str]
) -> None:
    assert chosen_codes(CodedPiece("g", "t", codes), _BOOK, _KNOWN) == (chosen, rest)


@pytest.mark.parts
def test_the_same_file_again_or_by_another_person_adds_nothing(chosen: str) -> None:
    pieces = [piece(1, "CANARY-I1 words", ("x", ("Health services",))), piece(2, "", ("y", ("Trauma",)))]
    assert import_pieces(chosen, pieces, "f1", by="P-AAAAAAAA") == Imported(2, 0, 1)
    assert import_pieces(chosen, pieces, "f1", by="P-AAAAAAAA") == Imported(0, 2, 0)
    assert import_pieces(chosen, [*pieces, piece(3)], "f2", by="P-BBBBBBBB") == Imported(1, 2, 0)
    assert _notes(chosen) == {
        "CANARY-I1 words": ("P-AAAAAAAA", "EA08", ""),
        "piece 2\n\nCodes in the file: Trauma": ("P-AAAAAAAA", "", ""),
        "piece 3": ("P-BBBBBBBB", "", ""),
    }
    assert "CANARY" not in ledger_text()
    with transaction() as session:
        entry = newest_entry(session, "exchange.imported")
    assert (entry.actor, entry.facts["added"], entry.facts["already"]) == ("inspector: P-BBBBBBBB", 1, 2)


@pytest.mark.parts
def test_a_piece_that_stands_twice_in_one_file_is_one_note(chosen: str) -> None:
    assert import_pieces(chosen, [piece(1), piece(1), piece(2)], "twice", by="P-A") == Imported(2, 1, 0)


@pytest.mark.parts
def test_an_import_that_died_on_its_way_goes_on_with_the_same_or_another_file(
    chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = taking.take, []

    def dies(*given: object, **more: object) -> None:
        calls.append(given)
        if len(calls) == 2:
            raise ConnectionError
        real(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("tasks.notes.importing._MOST_PIECES", 1)
    monkeypatch.setattr("tasks.notes.importing.take", dies)
    with pytest.raises(ConnectionError):
        import_pieces(chosen, [piece(1), piece(2), piece(3)], "died", by="P-A")
    assert set(_notes(chosen)) == {"piece 1"}
    assert import_pieces(chosen, [piece(2)], "died too", by="P-B") == Imported(1, 0, 0)
    assert import_pieces(chosen, [piece(1), piece(2), piece(3)], "died", by="P-A") == Imported(1, 2, 0)
    assert set(_notes(chosen)) == {"piece 1", "piece 2", "piece 3"}
    with transaction() as session:
        rows = session.exec(select(ImportedNote)).all()
        notes = set(session.exec(select(Note.id)))
    assert {row.note for row in rows} == notes


@pytest.mark.parts
@pytest.mark.parametrize("swept", [False, True])
def test_an_import_that_died_after_its_object_is_finished_first_whatever_file_comes_next(
    chosen: str, swept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object, **__: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(taking, "record", dies)
        with pytest.raises(ConnectionError):
            import_pieces(chosen, [piece(1), piece(2)], f"stored {swept}", by="P-A")
    assert _notes(chosen) == {}
    if swept:
        assert taking.settle(chosen) >= 1
    # Another file brings one of the two pieces and a third: nothing is doubled, and nothing is lost.
    assert import_pieces(chosen, [piece(2), piece(3)], f"next {swept}", by="P-B") == Imported(1, 1, 0)
    assert {words: who for words, (who, _, _) in _notes(chosen).items()} == {
        "piece 1": "P-A",
        "piece 2": "P-A",
        "piece 3": "P-B",
    }
    assert taking.let_in(chosen, "P-A", by="P-A") == 0
    assert len(_notes(chosen)) == 3


def test_batches_hold_every_piece_once_in_order_and_stay_small() -> None:
    pieces = [(number, piece(number, "x" * (number * 997 % 90_000 + 1))) for number in range(1, 500)]
    batches = batched(pieces)
    assert [each for batch in batches for each in batch] == pieces
    assert all(len(batch) == 1 or sum(len(each.text) for _, each in batch) <= 200_000 for batch in batches)
    assert max(map(len, batches)) <= 50
    assert batched([(1, piece(1, "x" * 1_000_000))]) == [[(1, piece(1, "x" * 1_000_000))]]
    assert batched([]) == []


@pytest.mark.parts
def test_a_thousand_pieces_are_twenty_objects(chosen: str) -> None:
    done = import_pieces(chosen, [piece(number) for number in range(1000)], "many", by="P-A")
    assert done == Imported(1000, 0, 0)
    assert len(_notes(chosen)) == 1000
    with transaction() as session:
        assert len(session.exec(select(NoteBatch).where(NoteBatch.inspection == chosen)).all()) == 20


@pytest.mark.parts
def test_what_left_here_comes_back_as_nothing_new(chosen: str) -> None:
    from portal.team.projects import _read

    import_pieces(chosen, [piece(1), piece(2)], "left", by="P-A")
    answer = _read(export_project(chosen, _READER, "P-X"))
    pieces = [CodedPiece(each["guid"], each["text"]) for each in answer["pieces"]]  # type: ignore[attr-defined]
    assert len(pieces) == 2
    assert import_pieces(chosen, pieces, "back", by="P-B") == Imported(0, 2, 0)
