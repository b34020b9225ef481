"""The API is no part of a start, and its addresses have names all the same."""

import subprocess
import sys

from django.urls import resolve, reverse

STARTS = """
import sys, django
django.setup()
import okibi.config.asgi
from django.test import Client
from django.urls import reverse
print(reverse("console-queue", args=["mine"]), Client().get("/robots.txt", headers={"host": "localhost"}).status_code)
loaded = {name for name in sys.modules if name.startswith(("ninja", "pydantic", "okibi.api."))}
print(sorted(loaded - {"okibi.api.apps"}))
"""


def test_a_page_is_answered_before_the_api_is_loaded():
    done = subprocess.run([sys.executable, "-c", STARTS], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["/console/queue/mine/ 200", "[]"]


def test_addresses_of_the_api_are_found_by_name_and_by_path():
    assert reverse("api:api-upload", args=["abc"]) == "/api/v1/uploads/abc"
    assert resolve("/api/v1/uploads/abc").view_name == "api:api-upload"
    assert resolve("/api/v1/requests").route == "api/v1/requests"
    assert resolve("/api/there/is/none").view_name == "api:api-nothing"
