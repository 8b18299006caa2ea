"""What stops a reader is said of the file in words and by its kind, and what says nothing of the file is passed on."""

from collections.abc import Callable

import pytest

from tests.validation.rows import CONTEXT, csv_of
from validation.contract.errors import InternalFaultError, UnreadableError
from validation.contract.outcome import Outcome
from validation.engine import checking
from validation.files import readers
from validation.files.readers import guarded
from validation.returns import CONTRACTS

_LA = CONTRACTS["LA-DA"]
_CANARY = "Quackenbush"


class _PanicError(BaseException):
    """As libraries in Rust raise it, outside the usual family."""


def _raising(error: BaseException) -> Callable[[], None]:
    def stop() -> None:
        raise error

    return stop


@pytest.mark.parametrize("error", [IndexError, ValueError, RecursionError, OSError, _PanicError])
def test_l9_whatever_stops_a_reader_is_unreadable_with_its_kind_alone(error: type[BaseException]) -> None:
    with pytest.raises(UnreadableError) as refused:
        guarded(_raising(error(_CANARY)))
    assert (refused.value.fault, refused.value.__context__) == (error.__name__, None)
    assert _CANARY not in str(refused.value)


@pytest.mark.parametrize(
    "error",
    [MemoryError(), KeyboardInterrupt(), OSError(12, "x"), _PanicError("no thread"), InternalFaultError("x")],
)
def test_what_says_nothing_of_the_file_is_passed_on(error: BaseException) -> None:
    with pytest.raises(type(error)):
        guarded(_raising(error))


@pytest.mark.parametrize(("module", "name"), [(readers, "read_delimited"), (checking, "split"), (checking, "gather")])
def test_l9_file_that_stops_us_before_the_rules_has_a_verdict(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    def stop(*_: object) -> None:
        raise IndexError(_CANARY)

    monkeypatch.setattr(module, name, stop)
    outcome = checking.check_file(csv_of(_LA.main, [{}]).encode(), _LA, CONTEXT)
    assert (outcome.verdict, outcome.fault) == ("unreadable", "IndexError")
    assert _CANARY.encode() not in outcome.to_json()
    assert Outcome.from_json(outcome.to_json()).fault == "IndexError"
