"""Addresses under /console/calls/."""

from django.urls import path

from okibi.console.calls import request

urlpatterns = [
    path("new/", request.new, name="console-calls-new"),
    path("new/who", request.who, name="console-calls-who"),
    path("new/outlook", request.outlook, name="console-calls-outlook"),
    path("said/<number:number>/", request.read_out, name="console-calls-said"),
]
