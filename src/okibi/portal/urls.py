"""Addresses of the customer portal."""

from django.urls import URLPattern, URLResolver, path

from okibi.portal.views import acts, card, organisation, placing, requests, signing, uploads, versions

urlpatterns: list[URLPattern | URLResolver] = [
    path("", requests.requests, name="portal-requests"),
    path("sign-in/", signing.sign_in, name="portal-sign-in"),
    path("sign-in/code/", signing.code, name="portal-code"),
    path("sign-in/link/<str:signed>/", signing.link, name="portal-link"),
    path("invitation/<str:code>/", signing.invitation, name="portal-invitation"),
    path("sign-out/", signing.sign_out, name="portal-sign-out"),
    path("requests/new/", placing.new, name="portal-new"),
    path("requests/new/verdict/", placing.preview, name="portal-preview"),
    path("requests/new/similar/", placing.alike, name="portal-similar"),
    path("requests/<str:number>/", requests.one, name="portal-request"),
    path("requests/<str:number>/live/", requests.live, name="portal-live"),
    path("requests/<str:number>/say/", acts.say, name="portal-say"),
    path("requests/<str:number>/works/", acts.works, name="portal-works"),
    path("requests/<str:number>/withdraw/", acts.withdraw, name="portal-withdraw"),
    path("requests/<str:number>/reopen/", acts.reopen, name="portal-reopen"),
    path("requests/<str:number>/rating/", acts.rate, name="portal-rate"),
    path("requests/<str:number>/typing/", acts.typing, name="portal-typing"),
    path("uploads", uploads.uploads, name="portal-uploads"),
    path("uploads/<str:upload_id>", uploads.upload, name="portal-upload"),
    path("files/<int:attachment_id>/", requests.file, name="portal-file"),
    path("versions/", versions.versions, name="portal-versions"),
    path("me/", card.card, name="portal-card"),
    path("me/addresses/", card.add_address, name="portal-address-add"),
    path("me/addresses/confirm/<str:signed>/", card.confirm_address, name="portal-address-confirm"),
    path("me/addresses/<int:email_id>/", card.act_on_address, name="portal-address"),
    path("me/numbers/", card.add_number, name="portal-number-add"),
    path("me/numbers/<int:phone_id>/", card.remove_number, name="portal-number"),
    path("me/messengers/<int:identity_id>/", card.act_on_messenger, name="portal-messenger"),
    path("me/devices/<str:device>/", card.cut_off, name="portal-device"),
    path("me/data/", card.take_data, name="portal-data-take"),
    path("me/data/<int:chore_id>/", card.data, name="portal-data"),
    path("me/erasure/", card.erasure, name="portal-erasure"),
    path("organisation/", organisation.requests, name="portal-organisation"),
    path("organisation/people/", organisation.people, name="portal-people"),
    path("organisation/people/<int:person_id>/", organisation.person, name="portal-person"),
    path(
        "organisation/people/<int:person_id>/addresses/<int:email_id>/",
        organisation.mailing,
        name="portal-person-mailing",
    ),
    path("organisation/people/<int:person_id>/administrator/", organisation.administrator, name="portal-person-admin"),
    path("organisation/people/<int:person_id>/data/", organisation.take_data, name="portal-person-data"),
    path("organisation/people/<int:person_id>/erasure/", organisation.erasure, name="portal-person-erasure"),
    path("organisation/licences/", organisation.rights, name="portal-holdings"),
    path("organisation/devices/", organisation.devices, name="portal-organisation-devices"),
    path("organisation/devices/<str:device>/", organisation.cut_off, name="portal-organisation-device"),
    path("organisation/invitations/", organisation.invitations, name="portal-invitations"),
    path(
        "organisation/invitations/<int:invitation_id>/", organisation.revoke_invitation, name="portal-invitation-revoke"
    ),
]
