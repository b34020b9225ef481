"""A door whose code is loaded by the first request for it."""

from django.urls import URLResolver
from django.urls.resolvers import RoutePattern


class LaterDoor(URLResolver):
    """Like ``path(route, include(module))``, but the module is imported when an address below ``route`` is asked for.

    The names of its addresses stand apart, as ``door:name``: Django looks there only for a name that begins so, and the
    addresses of all other doors are found without it.
    """

    def __init__(self, route: str, module: str, door: str) -> None:
        super().__init__(RoutePattern(route, is_endpoint=False), module, app_name=door, namespace=door)

    def _populate(self) -> None:
        """Whoever gathers all names needs none of ours; a resolver that Django makes for the namespace reads them."""
