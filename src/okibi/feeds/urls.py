"""Addresses of updates. The same ones stand below ``with/<key>/``, for clients that know nothing but a base address."""

from django.urls import URLPattern, URLResolver, include, path

from okibi.feeds.views import appcast, autoupdater, files, metadata, notes, plain, velopack, winget

FEEDS: list[URLPattern | URLResolver] = [
    path("tuf/metadata/<str:name>", metadata.metadata, name="feeds-metadata"),
    path("tuf/targets/<slug:product>/<str:version>/<str:name>", files.target, name="feeds-target"),
    path("winget/information", winget.information, name="feeds-winget"),
    path("winget/manifestSearch", winget.search, name="feeds-winget-search"),
    path("winget/packageManifests/<str:identifier>", winget.manifest, name="feeds-winget-manifest"),
    path("<slug:product>/latest.json", plain.latest, name="feeds-latest"),
    path("<slug:product>/autoupdater.xml", autoupdater.feed, name="feeds-autoupdater"),
    path("<slug:product>/appcast.xml", appcast.feed, name="feeds-appcast"),
    path("<slug:product>/appcast.xml.signature", appcast.signature, name="feeds-appcast-signature"),
    path("<slug:product>/releases.<slug:channel>.json", velopack.feed, name="feeds-velopack"),
    path("<slug:product>/notes/<str:version>", notes.notes, name="feeds-notes"),
    path("<slug:product>/files/<str:version>/<str:name>", files.download, name="feeds-file"),
    path("<slug:product>/<str:name>", files.package, name="feeds-package"),
]
urlpatterns: list[URLPattern | URLResolver] = [path("with/<str:key>/", include(FEEDS)), *FEEDS]
