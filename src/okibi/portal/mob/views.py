"""The four things that the server gives ОКИБИ Моб beside static files: the page, the manifest, the service worker, and
where a shared file lands when no service worker is there to take it.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from okibi import __version__
from okibi.kernel.sentence import Sentence
from okibi.portal.mob import shell as parts

NAME = Sentence("ОКИБИ Моб", "OKIBI Mob")
ABOUT = Sentence(
    "Заявки в техническую поддержку: написать, снять, сказать; ответ придёт сюда же.",
    "Requests to technical support: write, photograph or say it; the answer comes here.",
)
NEW = Sentence("Новая заявка", "New request")
MINE = Sentence("Мои заявки", "My requests")
ICONS = (("icon", "any"), ("maskable", "maskable"))
SIZES = (192, 512)
SHARED_TYPES = ["image/*", "video/*", "audio/*", "text/*", "application/pdf", "application/zip", ".log", ".zip"]
PERMISSIONS = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"
CSP = {  # pictures and voice messages are shown from memory (blob:) before they are sent
    **settings.SECURE_CSP,
    "img-src": ["'self'", "blob:"],
    "media-src": ["'self'", "blob:"],
    "frame-src": ["'none'"],
}


@require_safe
@gzip_page
def shell(request: HttpRequest, number: str = "") -> HttpResponse:
    """The page, the same for every address: what it shows, the script decides, with or without a connection."""
    del number
    context = {
        "name": NAME,
        "version": __version__,
        "entry": parts.address(parts.ENTRY),
        "modules": [parts.address(name) for name in parts.modules() if name != parts.ENTRY],
        "styles": [static(name) for name in parts.STYLES],
        "fonts": [static(name) for name in parts.FONTS],
        "icons": parts.icons(),
        "paper": parts.colours()["paper"],
    }
    response = render(request, "mob/shell.html", context)
    response._csp_config = CSP  # type: ignore[attr-defined]  # noqa: SLF001  Django 6's own name
    response.headers["Permissions-Policy"] = PERMISSIONS
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
@gzip_page
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Its scope is its own folder; a browser asks each time whether there is a newer one."""
    del request
    script = parts.worker_script(reverse("mob"))
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a browser needs to install the application (W3C Web Application Manifest), in the reader's language."""
    del request
    language = get_language() or "ru"
    home, colours = reverse("mob"), parts.colours()
    answer: dict[str, Any] = {
        "id": home,
        "name": NAME.in_language(language),
        "short_name": NAME.in_language(language),
        "description": ABOUT.in_language(language),
        "lang": language,
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "orientation": "portrait",
        "background_color": colours["ground"].light,
        "theme_color": colours["paper"].light,
        "icons": [
            {
                "src": static(f"mob/icons/{name}-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, purpose in ICONS
            for size in SIZES
        ],
        "shortcuts": [
            {"name": said.in_language(language), "url": url, "icons": [_icon()]}
            for said, url in ((NEW, reverse("mob-new")), (MINE, home))
        ],
        "share_target": {
            "action": reverse("mob-share"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {
                "title": "title",
                "text": "text",
                "url": "url",
                "files": [{"name": "files", "accept": SHARED_TYPES}],
            },
        },
    }
    response = JsonResponse(answer, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})
    response.headers["Cache-Control"] = "no-cache"
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _icon() -> dict[str, str]:
    return {"src": static("mob/icons/icon-192.png"), "sizes": "192x192", "type": "image/png"}


@csrf_exempt
@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """A shared file comes here only where no service worker took it: nothing is kept, the person may attach it."""
    del request
    return redirect("mob-new")
