"""A file of gateways for tests, and SMS in a queue."""

from okibi.sms import lines, services
from okibi.sms.gateways.port import LineNews
from okibi.sms.options import sms_options

ANNA = "+79000000017"
FILE = """
format = 1
{sending}
[[gateway]]
kind = "goip"
name = "office"
listen = "127.0.0.1:{port}"
tick = "{tick}"
password = "secret"
"""
LINE = """
[[gateway.line]]
name = "goip{number}"
pace_ms = 0
{more}
"""


def write(path, *, port=44444, count=2, more="", sending="", tick="0.05"):
    text = FILE.format(port=port, sending=sending, tick=tick)
    text += "".join(LINE.format(number=number + 1, more=more) for number in range(count))
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return str(path)


def alive(imsi="25001"):
    """Lines of the file, each alive in its network; their ids in order."""
    found = lines.listed(sms_options().gateways)
    for number, pk in enumerate(found.values()):
        lines.alive(pk, LineNews(has_network=True, signal=20, imsi=f"{imsi}{number}", iccid=f"89{imsi}{number}"))
    return list(found.values())


def put(number=ANNA, text="Заявка решена", key="1", **more):
    return services.submit(number, text, source=more.pop("source", "api"), key=key, **more)
