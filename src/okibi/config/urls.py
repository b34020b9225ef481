"""Which door answers which address."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("console/", include("okibi.console.urls")),
    path("portal/", include("okibi.portal.urls")),
    path("mob/", include("okibi.portal.mob.urls")),
    path("api/", include("okibi.api.urls")),
    path("hooks/", include("okibi.hooks.urls")),
    path("accounts/", include("okibi.accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("okibi.website.urls")),
]
