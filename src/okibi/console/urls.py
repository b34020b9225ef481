"""Addresses of the console."""

from django.urls import include, path, register_converter

from okibi.console.desk import (
    acts,
    called,
    environment,
    files,
    find,
    ipv,
    opening,
    queues,
    suggestions,
    unreadable,
    versions,
)
from okibi.console.messengers import composer
from okibi.tickets.selectors import Queue


class QueueConverter:
    """The name of a queue."""

    regex = "|".join(queue.value for queue in Queue)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class NumberConverter:
    """A ticket's number."""

    regex = r"\d{2}-\d{6,}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(QueueConverter, "queue")
register_converter(NumberConverter, "number")

urlpatterns = [
    path("", queues.home, name="console-home"),
    path("queue/<queue:name>/", queues.queue, name="console-queue"),
    path("queue/<queue:name>/rows", queues.queue_rows, name="console-queue-rows"),
    path("counts", queues.counts, name="console-counts"),
    path("t/<number:number>/", queues.ticket, name="console-ticket"),
    path("t/<number:number>/pane", queues.ticket_pane, name="console-ticket-pane"),
    path("t/<number:number>/timeline", queues.ticket_timeline, name="console-ticket-timeline"),
    path("t/<number:number>/aside", queues.ticket_aside, name="console-ticket-aside"),
    path("t/<number:number>/presence", queues.presence, name="console-presence"),
    path("t/<number:number>/pictures/<int:message_id>", queues.message_pictures, name="console-message-pictures"),
    path("t/<number:number>/text/<int:message_id>", files.message_text, name="console-message-text"),
    path("t/<number:number>/files/<int:file_id>/<str:name>", files.file, name="console-file"),
    path("t/<number:number>/write", acts.write, name="console-write"),
    path("t/<number:number>/take", acts.take, name="console-take"),
    path("t/<number:number>/assign", acts.assign, name="console-assign"),
    path("t/<number:number>/class", acts.change_class, name="console-class"),
    path("t/<number:number>/wait", acts.wait, name="console-wait"),
    path("t/<number:number>/resume", acts.resume, name="console-resume"),
    path("t/<number:number>/plan", acts.plan, name="console-plan"),
    path("t/<number:number>/versions", versions.versions, name="console-plan-versions"),
    path("t/<number:number>/solve", acts.solve, name="console-solve"),
    path("t/<number:number>/close", acts.close, name="console-close"),
    path("t/<number:number>/reopen", acts.reopen, name="console-reopen"),
    path("t/<number:number>/take-on", acts.take_on, name="console-take-on"),
    path("t/<number:number>/merge", acts.merge, name="console-merge"),
    path("t/<number:number>/environment", environment.environment, name="console-environment"),
    path("t/<number:number>/environment/<int:message_id>", environment.agree, name="console-environment-agree"),
    path("t/<number:number>/device/cut-off", ipv.cut_off, name="console-device-cut"),
    path("t/<number:number>/open/<int:file_id>/", opening.opened, name="console-file-open"),
    path("t/<number:number>/answers", suggestions.answers, name="console-ticket-answers"),
    path("t/<number:number>/window", composer.window, name="console-ticket-window"),
    path("t/<number:number>/ways", composer.ways_part, name="console-ticket-ways"),
    path("for-me/", called.called, name="console-mentions"),
    path("colleagues", suggestions.colleagues, name="console-colleagues"),
    path("search", find.search, name="console-search"),
    path("palette", find.palette, name="console-palette"),
    path("unreadable/", unreadable.tray, name="console-unreadable"),
    path("unreadable/<int:inbound_id>/raw", unreadable.raw, name="console-unreadable-raw"),
    path("unreadable/<int:inbound_id>/again", unreadable.again, name="console-unreadable-again"),
    path("customers/", include("okibi.console.customers.urls")),
    path("staff/", include("okibi.console.staff.urls")),
    path("calendar/", include("okibi.console.calendar.urls")),
    path("answers/", include("okibi.console.answers.urls")),
    path("articles/", include("okibi.console.articles.urls")),
    path("calls/", include("okibi.console.calls.urls")),
    path("integrations/", include("okibi.console.integrations.urls")),
    path("mailings/", include("okibi.console.mailings.urls")),
    path("messengers/", include("okibi.console.messengers.urls")),
    path("policy/", include("okibi.console.policy.urls")),
    path("releases/", include("okibi.console.releases.urls")),
    path("reports/", include("okibi.console.reports.urls")),
    path("sms/", include("okibi.console.sms.urls")),
    path("system/", include("okibi.console.system.urls")),
    path("updates/runs/", include("okibi.console.fleet.urls")),
    path("updates/", include("okibi.console.updates.urls")),
]
