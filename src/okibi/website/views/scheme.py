"""The published scheme, as a page and as PDF, made from the policy in force."""

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from okibi.kernel.clock import now
from okibi.kernel.later import later
from okibi.schemes.services import in_force
from okibi.website.pages import page
from okibi.website.published import published

LANGUAGES = ("ru", "en")
published_pdf = later("okibi.website.published_pdf")  # fonts and PDF: a second of start, 40 MB


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in LANGUAGES else (translation.get_language() or "ru")[:2]


@require_safe
def page_of_scheme(request: HttpRequest) -> HttpResponse:
    """Every fact of the scheme in force; ``?lang=en`` shows it in that language once."""
    language = _language(request)
    with translation.override(language):
        document = published(in_force(now()))
        return page(request, "website/scheme.html", {"document": document, "language": language})


@require_safe
def pdf_of_scheme(request: HttpRequest) -> HttpResponse:
    """The same as PDF."""
    language = _language(request)
    stored = in_force(now())
    with translation.override(language):
        content = published_pdf.pdf_of(published(stored), language)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"scheme-{stored.digest[:8]}-{language}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    response.headers["Cache-Control"] = "no-cache"
    return response
