"""Who asks, as far as the network tells."""

import ipaddress


def network_of_address(text: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one (one household's); what is no address as it stands."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)
