"""The reports."""
from django.http import HttpRequest, HttpResponse

from okibi.console.access import staff_required


@staff_required
def reports(request: HttpRequest) -> HttpResponse:
    del request
    return HttpResponse("")


@staff_required
def csv_of_report(request: HttpRequest, name: str) -> HttpResponse:
    del request, name
    return HttpResponse("")
