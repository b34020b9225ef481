"""Addresses under /console/messengers/."""

from django.urls import path

from okibi.console.messengers import accounts, whose

urlpatterns = [
    path("", accounts.overview, name="console-messengers"),
    path("whose/<int:identity_id>/", whose.whose, name="console-messengers-whose"),
    path("whose/<int:identity_id>/tie", whose.tied, name="console-messengers-tie"),
    path("card/<int:person_id>/<int:identity_id>", whose.on_card, name="console-messengers-card"),
]
