"""The public pages: what they say, and what they never say."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/scheme/", "/request/", "/where/", "/scheme/?lang=en"])
def test_a_public_page_opens(client, path):
    assert client.get(path).status_code == 200
