"""Addresses under /console/messengers/."""

from django.urls import path

from okibi.console.messengers import accounts, closed, whose

urlpatterns = [
    path("", accounts.overview, name="console-messengers"),
    path("templates/<slug:kind>/<slug:name>", accounts.fetch_templates, name="console-messengers-templates"),
    path("closed/<int:outbound_id>/", closed.closed, name="console-messengers-closed"),
    path("whose/<int:identity_id>/", whose.whose, name="console-messengers-whose"),
    path("whose/<int:identity_id>/tie", whose.tied, name="console-messengers-tie"),
    path("card/<int:person_id>/<int:identity_id>", whose.on_card, name="console-messengers-card"),
]
