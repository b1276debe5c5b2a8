"""Which addresses an outgoing call may reach, judged at the address that is really connected, never at a name."""

import ipaddress
from ipaddress import IPv4Address, IPv6Address

Address = IPv4Address | IPv6Address
SHARED = ipaddress.ip_network("100.64.0.0/10")  # between a provider's network and ours, or a company's own tunnel
LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")  # wraps addresses in places that differ from house to house
NAT64 = ipaddress.ip_network("64:ff9b::/96")


def may_call(host: str, private: bool) -> bool:
    """Whether a call may go to this address. `private` opens the company's own network and this machine.

    Link-local addresses (where clouds keep their secrets), multicast and reserved ones stay shut in any case.
    """
    address = inner(ipaddress.ip_address(host.partition("%")[0]))
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return False
    if address.is_loopback or address.is_private or address in SHARED:
        return private and not _reserved(address)
    return address.is_global and not address.is_reserved and address not in LOCAL_NAT64


def inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 address only wraps: a wrapped loopback is a loopback."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else address


def _reserved(address: Address) -> bool:
    return not address.is_loopback and (address.is_reserved or str(address) == "255.255.255.255")
