"""For the vendor's own systems: by API key, each act by its scope."""

from ninja import Router

from okibi.api.views.vendor import customers, holdings, releases, sms, tickets, webhooks

router = Router()
for part in (tickets, customers, holdings, releases, sms, webhooks):
    router.add_router("", part.router)
