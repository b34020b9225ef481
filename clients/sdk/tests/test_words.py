"""Where words are written to."""

import io
import json
import os
import subprocess
import sys

import pytest

from okibi_sdk.words import in_unicode


@pytest.mark.parametrize(
    ("encoding", "whole"), [("utf-8", True), ("UTF-8", True), ("utf-16", True), ("cp1251", False), ("cp866", False)]
)
def test_whether_every_letter_can_be_written(encoding, whole):
    assert in_unicode(io.TextIOWrapper(io.BytesIO(), encoding=encoding)) is whole


def test_words_kept_in_memory_lose_nothing():
    assert in_unicode(io.StringIO())


def test_json_comes_whole_through_a_pipe_of_a_code_page(tmp_path):
    """As under Windows, where the reader guesses another page than the writer's."""
    told = {"PYTHONIOENCODING": "cp1251", "OKIBI_LANG": "ru", "OKIBI_SDK_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "okibi_sdk", "--json", "list"]
    ended = subprocess.run(command, env={**os.environ, **told}, capture_output=True, check=False)
    assert "не подключена" in json.loads(ended.stdout.decode("ascii"))["error"]["detail"]
