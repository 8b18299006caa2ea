"""A network has a name, and an address that none has is called another: the address itself is returned to nobody."""

import pytest

from models.networks import ELSEWHERE, name_of, networks_in

NAMED = networks_in("Ofsted=203.0.113.0/24 2001:db8::/32; CQC = 192.0.2.7")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("203.0.113.9", "Ofsted"),
        ("2001:db8::9", "Ofsted"),
        ("192.0.2.7", "CQC"),
        ("192.0.2.8", ELSEWHERE),
        ("", ELSEWHERE),
        ("a.example", ELSEWHERE),
    ],
)
def test_an_address_is_called_by_the_network_that_has_it(address: str, name: str) -> None:
    assert name_of(address, NAMED) == name


def test_where_no_network_has_a_name_nothing_is_said() -> None:
    assert networks_in(" ; ") == ()
    assert name_of("203.0.113.9", ()) == ""


@pytest.mark.parametrize("text", ["203.0.113.0/24", "Ofsted=", "=203.0.113.0/24", "Ofsted=here"])
def test_what_names_no_network_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"Name each network|does not appear"):
        networks_in(text)
