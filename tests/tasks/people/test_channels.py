"""What every channel for notices does alike."""

from tasks.people.channels import Receipt, receipt_of


def test_a_status_that_nobody_knows_yet_is_on_its_way() -> None:
    assert {receipt_of(status) for status in ("created", "sending", "pending", "sent", "new-one", "")} == {
        Receipt.ON_ITS_WAY
    }
