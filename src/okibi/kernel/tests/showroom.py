"""Renders the style guide and the sample pages into a folder and serves it with the product's own CSP."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.test import RequestFactory, override_settings
from django.utils import translation

from okibi.config.security import build_policy
from okibi.kernel.tests import samples

PAGES = {
    "styleguide": ("okibi/styleguide.html", {}),
    "desk": ("okibi_samples/desk.html", {"view": "list"}),
    "ticket": ("okibi_samples/desk.html", {"view": "ticket"}),
    "page": ("okibi_samples/page.html", {}),
    "site": ("okibi_samples/site.html", {}),
}
NEWS = (
    'retry: 600000\n\nid: 7\nevent: arrived\ndata: {"number": "26-001050"}\n\n'
    'id: 8\nevent: arrived\ndata: {"number": "26-001051"}\n\n'
    'id: 9\nevent: presence\ndata: {"number": "26-001042", "text": "Сейчас пишет: Вера"}\n\n'
)
FOUND = '<li role="option"><a href="#found"><span>26-001042 Ошибка E-17</span></a></li>'
PLAIN = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


def render(name: str, language: str = "ru", theme: str = "system") -> str:
    """One sample page as HTML."""
    template, more = PAGES[name]
    engine = DjangoTemplates(
        {
            "NAME": "samples",
            "DIRS": [Path(__file__).parent / "templates"],
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }
    )
    request = RequestFactory().get("/console/")
    request.COOKIES["okibi_theme"] = theme
    with override_settings(STORAGES=PLAIN), translation.override(language):
        engines["django"]  # the tags' own partials come from the product's engine
        return engine.get_template(template).render({**samples.context(), **more}, request)


def build(folder: Path, language: str = "ru") -> None:
    """All pages in both colours, with the static files beside them."""
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            if path.startswith(("okibi/", "console/", "website/")):
                target = folder / "static" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(storage.path(path), target)
    for name in PAGES:
        for theme in ("light", "dark"):
            (folder / f"{name}-{theme}.html").write_text(render(name, language, theme), encoding="utf-8")


class _Handler(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/elsewhere":
            self.answer("text/html; charset=utf-8", "<h1>Другая заявка</h1>")
        elif self.path.startswith("/console/events"):
            self.answer("text/event-stream", NEWS)
        elif self.path.startswith("/console/calls/pop"):
            self.answer("text/html; charset=utf-8", "")
        elif self.path.startswith("/console/palette"):
            self.answer("text/html; charset=utf-8", FOUND)
        else:
            super().do_GET()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/broken":
            self.send_error(500)
        elif self.path == "/invalid":
            self.answer("text/html", "<p>поправьте</p>", 422)
        else:
            self.answer("text/html", f"<p>{len(self.headers.get('X-CSRFToken', ''))}</p>")

    def answer(self, kind: str, body: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", build_policy(settings.SECURE_CSP))
        super().end_headers()

    def log_message(self, *args: object) -> None:
        """Silence: a test reads its own results."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on a free loopback port; yields the base address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
