"""Addresses of the public site."""

from django.urls import path

from okibi.website.views import agreement, articles, downloads, front, mailed, personal, request_form, scheme, uploads

urlpatterns = [
    path("", front.front, name="website-front"),
    path("robots.txt", front.robots, name="website-robots"),
    path("favicon.ico", front.favicon, name="website-favicon"),
    path("help/", articles.articles, name="website-help"),
    path("help/alike", articles.alike, name="website-alike"),
    path("help/<slug:slug>/", articles.article, name="website-article"),
    path("scheme/", scheme.page_of_scheme, name="website-scheme"),
    path("scheme.pdf", scheme.pdf_of_scheme, name="website-scheme-pdf"),
    path("download/", downloads.products, name="website-downloads"),
    path("download/trial/<str:signed>/", downloads.confirm_trial, name="website-trial-confirm"),
    path("download/<slug:product>/", downloads.product, name="website-download"),
    path("download/<slug:product>/trial/", downloads.ask_trial, name="website-trial"),
    path("download/<slug:product>/<int:artefact_id>/<str:name>", downloads.file, name="website-download-file"),
    path("request/", request_form.place_request, name="website-request"),
    path("request/<str:signed>/", request_form.placed, name="website-placed"),
    path("request/uploads/<str:opened>", uploads.uploads, name="website-uploads"),
    path("request/uploads/<str:opened>/<str:upload_id>", uploads.upload, name="website-upload"),
    path("where/", personal.ask_for_link, name="website-where-ask"),
    path("where/<str:signed>/", personal.where, name="website-where"),
    path("where/<str:signed>/files/<int:attachment_id>/", personal.file_of_where, name="website-where-file"),
    path("who/<str:signed>/", personal.who, name="website-who"),
    path("w/<str:short>/", personal.who_shortly, name="website-who-short"),
    path("agreement/<str:token>/", agreement.agreement, name="website-agreement"),
    path("d/<str:token>/", mailed.version, name="website-mailed"),
    path("d/<str:token>/seen.css", mailed.seen, name="website-mailed-seen"),
    path("d/<str:token>/<int:artefact_id>/<str:name>", mailed.file, name="website-mailed-file"),
    path("u/<str:token>/", mailed.leave, name="website-mailed-leave"),
]
