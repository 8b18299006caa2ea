"""Signatures: each has one spelling, and counts for one purpose and one key."""

import hmac
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import BadSignature

from models.settings import MissingSettingError
from portal.pages.signing import serializer, signer
from tests.portal.pages.made_up import set_to


@given(st.text(max_size=50))
def test_what_we_signed_is_ours_and_a_changed_text_is_not(text: str) -> None:
    with set_to():
        signature = signer("form").get_signature(text)
        assert signer("form").verify_signature(text, signature)
        assert not signer("form").verify_signature(f"{text} ", signature)


def test_a_signature_is_hmac_sha256_in_hex_under_a_key_of_its_own_purpose() -> None:
    with set_to():
        signatures = {salt: signer(salt).get_signature("a").decode() for salt in ("form", "session")}
    key = hmac.digest(b"k" * 40, b"form", "sha256")
    assert signatures["form"] == hmac.digest(key, b"a", "sha256").hex()
    assert len(bytes.fromhex(signatures["session"])) == 32
    assert signatures["session"] != signatures["form"]


@pytest.mark.parametrize("spelling", ["", "é", "A" * 64, "0" * 63, "0" * 65, "AA=="])
def test_what_is_no_signature_is_refused_and_raises_nothing(spelling: str) -> None:
    with set_to():
        assert not signer("form").verify_signature("a", spelling)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_values_come_back_as_they_were_for_their_own_purpose_alone(value: object) -> None:
    with set_to():
        text = serializer("session").dumps(value)
        assert serializer("session").loads(text) == value
        with pytest.raises(BadSignature):
            serializer("form").loads(text)


def test_without_a_key_nothing_is_signed(tmp_path: Path) -> None:
    with set_to(secret_key=None, state=tmp_path), pytest.raises(MissingSettingError):
        signer("form")
