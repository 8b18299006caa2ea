"""The operator reads which guards are off here, and nothing where all stand."""

import pytest

from tasks.watch import guards
from tests.scanning import using
from validation.engine import isolation

pytestmark = pytest.mark.pure


def test_nothing_is_said_where_all_guards_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "missing", lambda: ())
    with using("/run/clamd.sock"):
        assert guards.lacking() == []


def test_each_guard_that_is_off_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "missing", lambda: ("without network", "without our files"))
    assert guards.lacking() == [
        "No file is scanned for malware. Set JTAI_SCANNER to the address of a clamd.",
        "The kernel of this machine does not let us open files without network, without our files.",
    ]
