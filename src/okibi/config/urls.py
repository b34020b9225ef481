"""Which door answers which address."""

import importlib.util

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("okibi.accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    *(
        path(prefix, include(f"okibi.{door}.urls"))
        for prefix, door in (("console/", "console"), ("", "website"))
        if importlib.util.find_spec(f"okibi.{door}.urls")
    ),
]
