"""Tables of gateways: what each kind takes, and every way in which one is wrong, with its line."""

import pytest

from okibi.sms.gateways.registry import GATEWAYS, shape_of
from okibi.sms.options import read

LINE = '[[gateway.line]]\nname = "{0}"\n'
GOOD = {
    "smpp": """
format = 1
[[gateway]]
kind = "smpp"
name = "operator"
address = "smsc.example.org:2775"
tls = "yes"
bind = "pair"
system_type = "SMPP"
source = "OKIBI"
dest_ton = "1"
alphabet = "latin1"
long = "sar"
receipt_ids = "hex-dec"
window = "5"
per_second = "10"
enquire_seconds = "20"
password = "secret"
[[gateway.line]]
name = "esme-1"
pace_ms = 100
""",
    "kannel": """
format = 1
[[gateway]]
kind = "kannel"
name = "kannel"
sendsms = "http://127.0.0.1:13013/cgi-bin/sendsms"
admin = "http://127.0.0.1:13000"
callback = "https://desk.example.org"
username = "u"
password = "p"
token = "t"
status_password = "s"
[[gateway.line]]
name = "goip1"
""",
    "android": """
format = 1
[[gateway]]
kind = "android"
name = "phone"
address = "http://192.0.2.20:8080"
callback = "https://desk.example.org"
password = "p"
signing_key = "k"
[[gateway.line]]
name = "sim1"
day_limit = 100
""",
}


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_a_whole_table(tmp_path, kind):
    found, problems = read(GOOD[kind], tmp_path, private=True)
    assert problems == ()
    (gateway,) = found.gateways
    assert set(gateway.options) == set(shape_of(kind).options)
    assert gateway.sources == ()
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("kind", "was", "now", "line", "where"),
    [
        ("smpp", "smsc.example.org:2775", "smsc.example.org", 6, "address"),
        ("smpp", 'address = "smsc.example.org:2775"', "", 3, "address"),
        ("smpp", 'tls = "yes"', "tls = true", 7, "tls"),
        ("smpp", '"pair"', '"both"', 8, "bind"),
        ("smpp", '"SMPP"', '"a type far too long"', 9, "system_type"),
        ("smpp", '"OKIBI"', '"ОКИБИ"', 10, "source"),
        ("smpp", 'dest_ton = "1"', 'dest_ton = "9"', 11, "dest_ton"),
        ("smpp", '"latin1"', '"koi8"', 12, "alphabet"),
        ("smpp", '"sar"', '"cut"', 13, "long"),
        ("smpp", '"hex-dec"', '"hex"', 14, "receipt_ids"),
        ("smpp", 'window = "5"', 'window = "0"', 15, "window"),
        ("smpp", 'enquire_seconds = "20"', 'enquire_seconds = "90"', 17, "enquire_seconds"),
        ("smpp", 'password = "secret"', "", 19, "line[0]"),
        ("smpp", '"esme-1"', '"a-system-id-too-long"', 20, "line[0].name"),
        ("smpp", 'tls = "yes"', 'sources = "192.0.2.1"', 7, "sources"),
        ("kannel", "http://127.0.0.1:13013", "127.0.0.1:13013", 6, "sendsms"),
        ("kannel", 'token = "t"', "", 3, ""),
        ("kannel", 'username = "u"', "", 3, "username"),
        ("kannel", "https://desk.example.org", "https://desk.example.org/?a=1", 8, "callback"),
        ("kannel", 'status_password = "s"', 'status_pass = "s"', 12, "status_pass"),
        ("android", '"sim1"', '"sim 1"', 11, "line[0].name"),
        ("android", "http://192.0.2.20:8080", "192.0.2.20", 6, "address"),
        ("android", 'password = "p"', "", 3, ""),
    ],
)
def test_what_is_wrong_is_told_with_its_line_in_both_languages(tmp_path, kind, was, now, line, where):
    _, problems = read(GOOD[kind].replace(was, now, 1), tmp_path, private=True)
    wanted = f"gateway[0].{where}".rstrip(".")
    assert (line, wanted) in [(problem.line, problem.where) for problem in problems]
    assert all(problem.sentence.ru != problem.sentence.en for problem in problems)


@pytest.mark.parametrize("kind", sorted(GATEWAYS))
def test_every_key_says_in_words_what_is_right(kind):
    for option in (*shape_of(kind).options.values(), shape_of(kind).line_name):
        assert option.what.ru
        assert option.what.en
