"""Names of the networks that people work from, so that an address is never kept: `Ofsted=203.0.113.0/24`. Pure."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

ELSEWHERE = "another network"
"""What an address is called that no named network has."""


@dataclass(frozen=True, slots=True)
class NamedNetwork:
    """One network that people work from.

    Attributes:
        name: as the data protection officer reads it, such as `Ofsted`.
        addresses: the blocks of addresses that it has.
    """

    name: str
    addresses: tuple[IPv4Network | IPv6Network, ...]


def networks_in(text: str) -> tuple[NamedNetwork, ...]:
    """Return the networks that a setting names: `NAME=BLOCK BLOCK;NAME=BLOCK`; none where it is empty.

    Raises:
        ValueError: a part has no name, or a block is none.
    """
    named = []
    for part in filter(None, map(str.strip, text.split(";"))):
        name, _, blocks = part.partition("=")
        if not name.strip() or not blocks.split():
            raise ValueError("Name each network and give its blocks: Ofsted=203.0.113.0/24 198.51.100.0/24;CQC=...")
        named.append(NamedNetwork(name.strip(), tuple(ip_network(block) for block in blocks.split())))
    return tuple(named)


def name_of(address: str, networks: tuple[NamedNetwork, ...]) -> str:
    """Return the name of the network that an address is of; empty where none is named, so that nothing is kept.

    Args:
        address: of whoever asks, as the portal sees it.
        networks: in the order in which they are tried.
    """
    if not networks:
        return ""
    try:
        asked_from = ip_address(address)
    except ValueError:
        return ELSEWHERE
    return next((each.name for each in networks if any(asked_from in block for block in each.addresses)), ELSEWHERE)
