"""Signatures hold for the bytes, the key and its id alone, and an older key's stay valid after a new one."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from models.key_ring import Key, KeyRing, Purpose, fresh_key, fresh_ring
from tasks.ground.keys import ring
from tasks.ground.signing import PublicKey, Signature, public_keys, sign, verify
from tests.examples import examples
from tests.portal.pages.made_up import set_to
from tests.tasks.ground.test_keys import put


@examples(50)
@given(st.binary(max_size=200), st.data())
def test_a_signature_holds_for_its_bytes_and_for_no_other(data: bytes, draw: st.DataObject) -> None:
    with set_to(secret_key=None, keys=fresh_ring().to_text()):
        made, (public,) = sign(data), public_keys()
        assert verify(data, made, public)
        assert sign(data) == made
        other = draw.draw(st.binary(max_size=200).filter(lambda each: each != data))
        assert not verify(other, made, public)
        place = draw.draw(st.integers(0, len(made.value) - 1))
        changed = "0" if made.value[place] != "0" else "1"
        assert not verify(data, Signature(made.key, made.value[:place] + changed + made.value[place + 1 :]), public)


def test_a_signature_of_another_key_or_under_another_id_is_none() -> None:
    with set_to(secret_key=None, keys=fresh_ring().to_text()):
        made, (public,) = sign(b"a"), public_keys()
    with set_to(secret_key=None, keys=fresh_ring().to_text()):
        (other,) = public_keys()
    assert not verify(b"a", made, other)
    assert not verify(b"a", Signature(other.id, made.value), public)
    assert not verify(b"a", Signature(other.id, made.value), other)


def test_what_is_no_key_or_signature_verifies_nothing() -> None:
    with set_to(secret_key=None, keys=fresh_ring().to_text()):
        made, (public,) = sign(b"a"), public_keys()
    for text in ("", "a", "é", "zz" * 64, made.value[:-2], made.value + "00"):
        assert not verify(b"a", Signature(public.id, text), public)
    for text in ("", "a", "é", "zz" * 32, public.value[:-2]):
        assert not verify(b"a", made, PublicKey(text))


def test_after_a_new_key_what_the_old_one_signed_still_verifies(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    put(path, fresh_ring())
    with set_to(secret_key=None, keys_file=path):
        before, (old,) = sign(b"a"), public_keys()
        put(path, ring().replace([Purpose.SIGNATURES], {Purpose.SIGNATURES: fresh_key()}))
        new, kept = public_keys()
        assert kept == old
        assert new.id != old.id
        assert sign(b"a").key == new.id
        assert verify(b"a", before, kept)


def test_l4_a_key_of_the_ring_always_makes_the_same_signature() -> None:
    keys = KeyRing({Purpose.SIGNATURES: (Key(id="a", secret="s" * 32),)})
    with set_to(secret_key=None, keys=keys.to_text()):
        (public,) = public_keys()
        assert public.id == "2106eb7d334b531b"
        assert sign(b"a").value.startswith("4e81a1d969fe42d3")
