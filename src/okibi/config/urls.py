"""Which door answers which address."""

from django.urls import URLPattern, URLResolver, include, path

from okibi.config.doors import LaterDoor

handler500 = "okibi.config.unavailable.broken"
urlpatterns: list[URLPattern | URLResolver] = [
    path("console/", include("okibi.console.urls")),
    path("portal/", include("okibi.portal.urls")),
    path("mob/", include("okibi.portal.mob.urls")),
    LaterDoor("api/", "okibi.api.urls", "api"),  # with its schemes it is a sixth of the time of a start
    path("hooks/", include("okibi.hooks.urls")),
    LaterDoor("updates/", "okibi.feeds.urls", "feeds"),
    LaterDoor("ddi/", "okibi.ddi.urls", "ddi"),
    path("accounts/", include("okibi.accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("okibi.website.urls")),
]
