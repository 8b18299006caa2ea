"""A data key is wrapped by the key outside that is current, bound to its scope, and opens with that key alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from models.key_ring import KeyRing, Purpose, UnknownKeyError, fresh_key, fresh_ring
from models.settings import MissingSettingError
from tasks.ground.keys import ring
from tasks.ground.sealing import KEY_BYTES, new_data_key
from tasks.ground.wrapping import NotUnwrappedError, WrappedKey, is_current, unwrap, wrap
from tests.portal.pages.made_up import set_to


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_text(fresh_ring().to_text())
    return path


def test_a_wrapped_key_is_stored_and_opens_to_the_same_key(keys_file: Path) -> None:
    with set_to(secret_key=None, keys_file=keys_file):
        wrapped = wrap(new_data_key(), "reading-20250224")
        again = WrappedKey.from_json(wrapped.to_json())
        assert again == wrapped
        assert unwrap(again) == unwrap(wrapped)
        assert len(unwrap(wrapped).secret) == KEY_BYTES
        assert unwrap(wrapped).secret not in wrapped.wrapped
        assert unwrap(wrap(new_data_key(), "reading-20250224")) != unwrap(wrapped)


def test_a_wrapped_key_opens_under_no_other_name(keys_file: Path) -> None:
    with set_to(secret_key=None, keys_file=keys_file):
        wrapped = wrap(new_data_key(), "reading-20250224")
        for other in (replace(wrapped, scope="hull-20250224"), replace(wrapped, id="0" * 16)):
            with pytest.raises(NotUnwrappedError):
                unwrap(other)


def test_a_key_within_another_opens_with_that_one_alone(keys_file: Path) -> None:
    with set_to(secret_key=None, keys_file=keys_file):
        around, other = unwrap(wrap(new_data_key(), "a")), unwrap(wrap(new_data_key(), "a"))
        within = wrap(new_data_key(), "a/1", around)
        assert unwrap(within, around).id == within.id
        assert is_current(within)
        with pytest.raises(NotUnwrappedError):
            unwrap(within, other)


def test_after_a_replacement_the_old_key_opens_and_the_new_one_wraps(keys_file: Path) -> None:
    with set_to(secret_key=None, keys_file=keys_file):
        wrapped, old = wrap(new_data_key(), "a"), ring()
        fresh = old.replace([Purpose.EVIDENCE], {Purpose.EVIDENCE: fresh_key()})
        keys_file.write_text(fresh.to_text())
        assert not is_current(wrapped)
        assert unwrap(wrapped).id == wrapped.id
        assert is_current(wrap(new_data_key(), "a"))
        keys_file.write_text(KeyRing({**fresh.keys, Purpose.EVIDENCE: fresh.keys[Purpose.EVIDENCE][:1]}).to_text())
        with pytest.raises(UnknownKeyError):
            unwrap(wrapped)


def test_without_a_key_outside_nothing_is_wrapped(tmp_path: Path) -> None:
    with set_to(secret_key=None, state=tmp_path), pytest.raises(MissingSettingError):
        wrap(new_data_key(), "a")
