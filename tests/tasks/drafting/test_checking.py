"""A paragraph is kept on one line; what is wrong with one is in the tests of writing."""

import pytest

from tasks.drafting.checking import one_paragraph

pytestmark = pytest.mark.pure


def test_a_paragraph_is_one_line() -> None:
    assert one_paragraph(" Most  wait.\r\n\r\nSome act.\n") == "Most wait. Some act."
