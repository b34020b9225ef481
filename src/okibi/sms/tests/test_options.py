"""The file of gateways: what it may say, and every way in which it is wrong."""

from datetime import time

import pytest

from okibi.sms.options import load, read
from okibi.sms.tests.gateways import write

GOOD = """
format = 1
[sending]
quiet = "22:00-08:00"
expires_hours = 12
[[group]]
name = "mts"
prefixes = "+7900000001, +7910"
[[gateway]]
kind = "goip"
name = "office"
title = "GoIP в офисе"
listen = "192.0.2.1:44444"
sources = "192.0.2.10, 192.0.2.32/28"
password = "common"
[[gateway.line]]
name = "goip1"
group = "mts"
notation = "8"
day_limit = 100
month_limit = 3000
pace_ms = 6000
[[gateway.line]]
name = "goip2"
password = "own"
"""


def test_a_whole_file(tmp_path):
    found, problems = read(GOOD, tmp_path, private=True)
    assert problems == ()
    (gateway,) = found.gateways
    first, second = gateway.lines
    assert (first.group, first.notation, first.day_limit, first.pace, first.password) == (
        "mts",
        "8",
        100,
        6.0,
        "common",
    )
    assert (second.password, second.notation, second.day_limit) == ("own", "+7", 0)
    assert (found.quiet, found.group_of("+79000000017"), found.group_of("+79000000027")) == (
        (time(22), time(8)), "mts", "",
    )  # fmt: skip
    assert "common" not in repr(found)


@pytest.mark.parametrize(
    ("was", "now", "where"),
    [
        ('kind = "goip"', 'kind = "gpio"', "gateway[0].kind"),
        ('listen = "192.0.2.1:44444"', 'listen = "here"', "gateway[0].listen"),
        ('sources = "192.0.2.10, 192.0.2.32/28"', 'sources = "office"', "gateway[0].sources"),
        ('password = "common"', "", "gateway[0].line[0]"),
        ('notation = "8"', 'notation = "9"', "gateway[0].line[0].notation"),
        ('group = "mts"', 'group = "t2"', "gateway[0].line[0].group"),
        ('name = "goip2"', 'name = "goip1"', "gateway[0].line"),
        ('quiet = "22:00-08:00"', 'quiet = "night"', "sending.quiet"),
        ("format = 1", "format = 2", "format"),
        ("day_limit = 100", "daylimit = 100", "gateway[0].line[0].daylimit"),
        ("format = 1", "format =", "file"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_in_both_languages(tmp_path, was, now, where):
    _, problems = read(GOOD.replace(was, now, 1), tmp_path, private=True)
    assert where in [problem.where for problem in problems]
    assert all(problem.sentence.ru != problem.sentence.en for problem in problems)


def test_a_password_that_others_can_read_is_refused(tmp_path):
    _, problems = read(GOOD, tmp_path, private=False)
    assert [problem.where for problem in problems] == ["gateway[0].password", "gateway[0].line[1].password"]


def test_no_file_is_no_gateway_and_a_new_one_is_read_anew(tmp_path):
    assert load(tmp_path / "sms.toml").gateways == ()
    write(tmp_path / "sms.toml", count=2)
    assert len(load(tmp_path / "sms.toml").gateways[0].lines) == 2
    write(tmp_path / "sms.toml", count=3)
    assert len(load(tmp_path / "sms.toml").gateways[0].lines) == 3
