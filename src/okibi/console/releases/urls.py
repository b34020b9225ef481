"""Addresses under /console/releases/."""

from django.urls import path

from okibi.console.releases import acts, pages, uploads

urlpatterns = [
    path("", pages.overview, name="console-releases"),
    path("new/", pages.new, name="console-releases-new"),
    path("running/<slug:product>", pages.running, name="console-releases-running"),
    path("preview", pages.preview, name="console-releases-preview"),
    path("products/<slug:product>/", pages.line, name="console-releases-line"),
    path("uploads", uploads.uploads, name="console-releases-uploads"),
    path("uploads/<str:upload_id>", uploads.upload, name="console-releases-upload"),
    path("<int:release_id>/", pages.release, name="console-release"),
    path("<int:release_id>/edit/", pages.edit, name="console-release-edit"),
    path("<int:release_id>/files", acts.add, name="console-release-add"),
    path("<int:release_id>/confirm", acts.confirm, name="console-release-confirm"),
    path("<int:release_id>/check", acts.check, name="console-release-check"),
    path("<int:release_id>/publish", acts.publish, name="console-release-publish"),
    path("<int:release_id>/halt", acts.halt, name="console-release-halt"),
    path("<int:release_id>/resume", acts.resume, name="console-release-resume"),
    path("<int:release_id>/withdraw", acts.withdraw, name="console-release-withdraw"),
    path("<int:release_id>/rollout", acts.rollout, name="console-release-rollout"),
    path("<int:release_id>/fixes", acts.fixes, name="console-release-fixes"),
    path("files/<int:artefact_id>/remove", acts.remove, name="console-release-remove"),
]
