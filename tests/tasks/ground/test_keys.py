"""Keys in force: a file that is replaced holds at once, and an inspection keeps the keys of its announcement."""

from datetime import date
from pathlib import Path

import pytest

from models.key_ring import FIRST, KeyRing, KeysTextError, Purpose, UnknownKeyError, fresh_key, fresh_ring, read_ring
from models.settings import MissingSettingError
from models.tables import Inspection
from tasks.ground.digests import keyed
from tasks.ground.keys import (
    current_key,
    derived,
    is_derived,
    keep_keys,
    pseudonym_key,
    ring,
    seed_for,
    seed_key_of,
    seed_under,
)
from tests.portal.pages.made_up import set_to


def inspection(*, rehearsal: bool = False) -> Inspection:
    return Inspection(
        ref="jtai-1",
        area_gss="E06000038",
        area_name="Reading",
        theme_id="domestic-abuse-2024",
        theme_version=1,
        announced=date(2025, 2, 24),
        rehearsal=rehearsal,
        seed_digest="",
    )


def put(path: Path, keys: KeyRing) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(keys.to_text())
    fresh.replace(path)


def test_what_was_made_before_keys_had_purposes_is_made_again_to_the_byte() -> None:
    with set_to():
        assert derived(Purpose.LINKS, "link/1", 40) == keyed("k" * 40, "link/1")[:40]
        assert seed_for(inspection(), 2) == keyed("k" * 40, "seed/jtai-1/2")
        assert pseudonym_key(inspection()) == keyed("k" * 40, "pseudonym/jtai-1").encode()


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_replaced_key_counts_at_once_and_the_old_one_no_longer(purpose: Purpose, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    put(path, fresh_ring())
    with set_to(secret_key=None, keys_file=path):
        made = derived(purpose, "a", 40)
        assert is_derived(purpose, "a", 40, made)
        put(path, ring().replace([purpose], {purpose: fresh_key()}))
        assert derived(purpose, "a", 40) != made
        put(path, KeyRing({**ring().keys, purpose: ring().keys[purpose][:1]}))
        assert not is_derived(purpose, "a", 40, made)


@pytest.mark.parametrize("given", ["", "a", "é", "0" * 40])
def test_a_piece_of_what_was_derived_is_not_enough(given: str) -> None:
    with set_to():
        whole = derived(Purpose.LINKS, "a", 40)
        for wrong in (given, whole[:1], whole[:39], f"{whole}0"):
            assert not is_derived(Purpose.LINKS, "a", 40, wrong)


def test_an_old_key_that_is_kept_still_counts(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    put(path, fresh_ring())
    with set_to(secret_key=None, keys_file=path):
        made = derived(Purpose.LINKS, "a", 40)
        put(path, ring().replace([Purpose.LINKS], {Purpose.LINKS: fresh_key()}, keep=True))
        assert is_derived(Purpose.LINKS, "a", 40, made)
        assert is_derived(Purpose.LINKS, "a", 40, derived(Purpose.LINKS, "a", 40))


def test_l4_an_inspection_keeps_its_seeds_and_pseudonyms_whatever_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    put(path, fresh_ring())
    with set_to(secret_key=None, keys_file=path):
        running, later = inspection(), inspection()
        keep_keys(running)
        before = seed_for(running, 1), seed_for(running, 20), pseudonym_key(running)
        put(path, ring().replace(list(Purpose), {purpose: fresh_key() for purpose in Purpose}))
        assert (seed_for(running, 1), seed_for(running, 20), pseudonym_key(running)) == before
        keep_keys(later)
        assert later.seed_key != running.seed_key
        assert seed_for(later, 1) != seed_for(running, 1)
        put(path, KeyRing({purpose: keys[:1] for purpose, keys in ring().keys.items()}))
        with pytest.raises(UnknownKeyError):
            seed_for(running, 1)


def test_a_rehearsal_needs_no_key() -> None:
    with set_to(secret_key=None):
        keep_keys(made := inspection(rehearsal=True))
        assert made.seed_key == FIRST
        assert seed_for(made, 1) == keyed("rehearsal", "seed/jtai-1/1")


def test_keys_that_are_missing_or_cannot_be_read_are_told_of(tmp_path: Path) -> None:
    with set_to(secret_key=None, state=tmp_path), pytest.raises(MissingSettingError):
        current_key(Purpose.LINKS)
    with set_to(secret_key=None, keys_file=tmp_path / "none.json"), pytest.raises(KeysTextError):
        current_key(Purpose.LINKS)


def test_keys_may_come_as_text_where_there_is_no_file() -> None:
    keys = fresh_ring()
    with set_to(secret_key=None, keys=keys.to_text()):
        assert ring() == keys
    assert read_ring(keys.to_text()) == keys


def test_l10_each_inspection_has_a_key_for_its_seeds_that_tells_nothing_of_another(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    put(path, fresh_ring())
    with set_to(secret_key=None, keys_file=path):
        first, second = inspection(), inspection()
        second.ref = "jtai-2"
        for running in (first, second):
            keep_keys(running)
            assert seed_for(running, 3) == seed_under(seed_key_of(running), running.ref, 3)
        assert seed_key_of(first) != seed_key_of(second)
        # Neither is the key of the installation, and neither makes the other's seeds.
        assert current_key(Purpose.SEEDS).text not in (seed_key_of(first), seed_key_of(second))
        assert seed_under(seed_key_of(first), "jtai-2", 3) != seed_for(second, 3)


def test_an_inspection_from_before_has_no_key_to_reveal_and_keeps_its_seeds() -> None:
    with set_to():
        assert seed_key_of(inspection()) == ""
        assert seed_for(inspection(), 2) == keyed("k" * 40, "seed/jtai-1/2")


def test_the_key_of_a_rehearsals_seeds_is_open() -> None:
    rehearsed = inspection(rehearsal=True)
    keep_keys(rehearsed)
    assert seed_key_of(rehearsed) == "rehearsal"
    assert seed_for(rehearsed, 1) == keyed("rehearsal", "seed/jtai-1/1")
