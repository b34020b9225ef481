"""Addresses under /console/sms/."""

from django.urls import path

from okibi.console.sms import campaigns, lines, messages, recipients, texts

urlpatterns = [
    path("", lines.lines, name="console-sms"),
    path("lines/<int:line_id>/", lines.line, name="console-sms-line"),
    path("gateways/<str:name>/", lines.gateway, name="console-sms-gateway"),
    path("messages/", messages.messages, name="console-sms-messages"),
    path("messages/new/", messages.send, name="console-sms-send"),
    path("messages/<int:sms_id>/", messages.message, name="console-sms-message"),
    path("messages/<int:sms_id>/act", messages.act, name="console-sms-message-act"),
    path("count", messages.count, name="console-sms-count"),
    path("campaigns/", campaigns.campaigns, name="console-sms-campaigns"),
    path("campaigns/new/", campaigns.edit, name="console-sms-campaign-new"),
    path("campaigns/bad-lines.csv", recipients.bad_lines, name="console-sms-bad-lines"),
    path("campaigns/template.csv", recipients.template, name="console-sms-file-template"),
    path("campaigns/<int:campaign_id>/", campaigns.campaign, name="console-sms-campaign"),
    path("campaigns/<int:campaign_id>/edit/", campaigns.edit, name="console-sms-campaign-edit"),
    path("campaigns/<int:campaign_id>/course", campaigns.course, name="console-sms-course"),
    path("campaigns/<int:campaign_id>/act", campaigns.act, name="console-sms-campaign-act"),
    path("campaigns/<int:campaign_id>/file", campaigns.file, name="console-sms-campaign-file"),
    path("campaigns/<int:campaign_id>/recipients/", recipients.recipients, name="console-sms-recipients"),
    path("campaigns/<int:campaign_id>/recipients/take", recipients.take, name="console-sms-take"),
    path("texts/", texts.texts, name="console-sms-texts"),
    path("texts/new/", texts.text, name="console-sms-text-new"),
    path("texts/<int:template_id>/", texts.text, name="console-sms-text"),
    path("texts/<int:template_id>/delete", texts.delete, name="console-sms-text-delete"),
    path("wishes/", texts.wishes, name="console-sms-wishes"),
]
