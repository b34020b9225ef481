"""Addresses under /console/integrations/."""

from django.urls import path

from okibi.console.integrations import hooks, keys

urlpatterns = [
    path("", keys.overview, name="console-integrations"),
    path("keys/new/", keys.new, name="console-keys-new"),
    path("keys/<int:key_id>/revoke", keys.revoke, name="console-keys-revoke"),
    path("keys/<int:key_id>/sms/", keys.sms_limit, name="console-keys-sms"),
    path("webhooks/new/", hooks.new, name="console-webhooks-new"),
    path("webhooks/<int:endpoint_id>/", hooks.webhook, name="console-webhook"),
    path("webhooks/<int:endpoint_id>/edit/", hooks.edit, name="console-webhook-edit"),
    path("webhooks/<int:endpoint_id>/secret", hooks.secret, name="console-webhook-secret"),
    path("webhooks/<int:endpoint_id>/on", hooks.switch, {"on": True}, name="console-webhook-on"),
    path("webhooks/<int:endpoint_id>/off", hooks.switch, {"on": False}, name="console-webhook-off"),
    path("webhooks/<int:endpoint_id>/test", hooks.test, name="console-webhook-test"),
    path("webhooks/<int:endpoint_id>/delete", hooks.delete, name="console-webhook-delete"),
    path("webhooks/<int:endpoint_id>/calls/<int:call_id>/", hooks.call, name="console-webhook-call"),
    path("webhooks/<int:endpoint_id>/calls/<int:call_id>/replay", hooks.replay, name="console-webhook-replay"),
]
