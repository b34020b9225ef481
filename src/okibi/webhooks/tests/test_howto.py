"""What the how-to page tells receivers to do is run: its checks of the signature take our calls and no others."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from okibi.webhooks.signature import headers, new_secret

HOWTO = Path(__file__).parents[4] / "docs/howto"
PAGES = ["webhooks.md", "webhooks.ru.md"]
BODY = '{"type":"ticket.solved","data":{"sentence":{"ru":"Решена"}}}'.encode()


def example(page: str, language: str) -> str:
    return re.search(rf"^```{language}\n(.*?)^```$", (HOWTO / page).read_text(), re.MULTILINE | re.DOTALL)[1]


@pytest.mark.parametrize("page", PAGES)
def test_the_python_check_takes_our_calls_and_no_others(page):
    room = {}
    exec(example(page, "python"), room)
    is_ours, secret, moment = room["is_from_okibi"], new_secret(), datetime.now(UTC)
    ours = headers(secret, "evt_1", moment, BODY)
    assert is_ours(secret, ours, BODY)
    assert is_ours(secret, {name.title(): value for name, value in ours.items()}, BODY)
    refused = [
        (new_secret(), ours, BODY),
        (secret, ours, BODY + b" "),
        (secret, {**ours, "webhook-id": "evt_2"}, BODY),
        (secret, headers(secret, "evt_1", moment - timedelta(hours=1), BODY), BODY),
        (secret, {**ours, "webhook-timestamp": "soon"}, BODY),
        (secret, {}, BODY),
    ]
    assert [case for case in refused if is_ours(*case)] == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl on this machine")
def test_the_shell_lines_print_the_signature(page, tmp_path):
    secret = new_secret()
    ours = headers(secret, "evt_1", datetime.now(UTC), BODY)
    (tmp_path / "body.json").write_bytes(BODY)
    said = subprocess.run(
        ["/bin/sh", "-c", example(page, "sh")],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "SECRET": secret, "ID": "evt_1", "TIMESTAMP": ours["webhook-timestamp"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "v1," + said.stdout.strip() == ours["webhook-signature"]
