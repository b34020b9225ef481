"""Addresses under /console/mailings/."""

from django.urls import path

from okibi.console.mailings import asked, mailings, registry

urlpatterns = [
    path("", mailings.mailings, name="console-mailings"),
    path("prepare/<int:release_id>", mailings.prepare, name="console-mailings-prepare"),
    path("registry/", registry.registry, name="console-mailings-registry"),
    path("registry/file", registry.file, name="console-mailings-file"),
    path("registry/<int:email_id>/flag", registry.flag, name="console-mailings-flag"),
    path("<int:mailing_id>/", mailings.mailing, name="console-mailing"),
    path("<int:mailing_id>/course", mailings.course, name="console-mailing-course"),
    path("<int:mailing_id>/act", mailings.act, name="console-mailing-act"),
    path("asked/<number:number>", asked.decide, name="console-mailings-asked"),
    path("lines/<int:line_id>/revoke", mailings.revoke, name="console-mailing-revoke"),
]
