"""What an operator writes into the settings as bank holidays of one year alone."""

import pytest
from pydantic import ValidationError

from models.one_off_holidays import one_off_holidays
from models.settings import Settings


@pytest.mark.parametrize(
    "text", ["2027-05-10", "10/05/2027 Coronation", "Coronation", "2027-02-30 Jubilee", "2027-05-10 ; x"]
)
def test_a_setting_that_is_no_list_of_days_and_names_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a day and its name"):
        one_off_holidays(text)
    with pytest.raises(ValidationError, match="a day and its name"):
        Settings(bank_holidays=text)


def test_an_empty_setting_adds_nothing() -> None:
    assert dict(one_off_holidays("")) == {}
    assert dict(one_off_holidays(" ; ")) == {}
