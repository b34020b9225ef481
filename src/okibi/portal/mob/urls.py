"""Addresses of ОКИБИ Моб, all below /mob/: that is the scope of its service worker."""

from django.urls import URLPattern, URLResolver, path

from okibi.portal.mob import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("sw.js", views.worker, name="mob-worker"),
    path("manifest.webmanifest", views.manifest, name="mob-manifest"),
    path("share", views.share, name="mob-share"),
    path("", views.shell, name="mob"),
    *(path(place, views.shell, name=f"mob-{place}") for place in ("new", "me", "enrol")),
    path("r/<str:number>", views.shell, name="mob-request"),
]
