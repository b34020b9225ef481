"""What the log says, and how much of it."""

import io
import json
import logging
import logging.config

import pytest
from django.test import Client

from okibi.ops.logs import logging_config


@pytest.fixture
def said():
    """The lines that the product's logging writes."""
    stream = io.StringIO()
    config = logging_config("INFO", "json")
    config["handlers"]["stderr"]["stream"] = stream
    kept = logging.root.handlers[:], logging.root.level
    logging.config.dictConfig(config)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.root.handlers[:], logging.root.level = kept


@pytest.mark.django_db
def test_a_wrong_host_is_one_line_at_warning(said, settings):
    settings.ALLOWED_HOSTS = ["localhost"]
    assert Client(headers={"host": "evil.example.org"}).get("/").status_code == 400
    (line,) = [line for line in said() if line["logger"].startswith("django.security")]
    assert line["level"] == "warning"
    assert "evil.example.org" in line["event"]
    assert "exception" not in line
    assert "request" not in line


def test_a_true_fault_keeps_its_traceback(said):
    try:
        int("a fault")
    except ValueError:
        logging.getLogger("okibi.somewhere").exception("it broke")
    (line,) = said()
    assert (line["level"], "ValueError: invalid literal" in line["exception"]) == ("error", True)
