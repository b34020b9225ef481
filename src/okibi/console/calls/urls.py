"""Addresses under /console/calls/."""

from django.urls import path

from okibi.console.calls import exchanges, lists, pop, request, tasks, tie

urlpatterns = [
    path("", lists.calls, name="console-calls"),
    path("tasks/", tasks.tasks, name="console-calls-tasks"),
    path("tasks/<int:task_id>/", tasks.task, name="console-calls-task"),
    path("tasks/<int:task_id>/dial", tasks.dialled, name="console-calls-dial"),
    path("tasks/<int:task_id>/outcome", tasks.outcome, name="console-calls-outcome"),
    path("pop", pop.pop, name="console-calls-pop"),
    path("new/", request.new, name="console-calls-new"),
    path("new/who", request.who, name="console-calls-who"),
    path("new/outlook", request.outlook, name="console-calls-outlook"),
    path("said/<number:number>/", request.read_out, name="console-calls-said"),
    path("tie/", tie.tie, name="console-calls-tie"),
    path("exchanges/", exchanges.exchanges, name="console-calls-exchanges"),
    path("<int:call_id>/about/<number:number>", pop.about, name="console-calls-about"),
    path("recordings/<int:recording_id>/fetch", lists.fetch_recording, name="console-calls-recording-fetch"),
    path("recordings/<int:recording_id>", lists.recording, name="console-calls-recording"),
]
