"""Kannel's ``sendsms``: a GET for each SMS; whether the SMSC is online is asked of the bearerbox before."""

import re
import secrets
from datetime import timedelta
from urllib.parse import urlencode

from okibi.policy.sms_text import SmsAlphabet, measure
from okibi.sms.gateways.asked import AskedGateway, AskedLine
from okibi.sms.gateways.http import AwayError, HttpAnswer, LostError, TakenBackError, call
from okibi.sms.gateways.numbers import notation
from okibi.sms.gateways.port import Fate, Hand, LineNews, Order, Refused, Sent, Trouble, Unknown

_VERSION = re.compile(r"bearerbox version `([\w.\-]{1,30})")
_SMSC = re.compile(r"<smsc>(.*?)</smsc>", re.DOTALL)
_ID = re.compile(r"<id>([^<]*)</id>")
_ONLINE = re.compile(r"<status>\s*online")
ALL_REPORTS = 31  # delivered, failed, buffered, taken by the SMSC, refused by it
BUSY, WRONG = timedelta(seconds=30), timedelta(minutes=10)


class KannelGateway(AskedGateway):
    """One smsbox and its bearerbox."""

    async def look(self, line: AskedLine) -> LineNews:
        admin = self.options.options.get("admin", "")
        if not admin:
            await call(
                "GET", self.options.options["sendsms"].rpartition("/")[0] + "/", seconds=10
            )  # any answer will do
            return LineNews(has_network=True, model="Kannel")
        query = urlencode({"password": self.options.secrets.get("status_password", "")})
        got = await call("GET", f"{admin.rstrip('/')}/status.xml?{query}", seconds=10)
        version = _VERSION.search(got.text)
        mine = [each for each in _SMSC.findall(got.text) if line.options.name in _ID.findall(each)]
        return LineNews(
            has_network=any(_ONLINE.search(each) for each in mine),
            model=f"Kannel {version[1]}" if version else "Kannel",
            facts={"smsc": "known" if mine else "unknown to Kannel, or its status-password is another"},
        )

    async def carry(self, line: AskedLine, order: Order, hand: Hand) -> Fate:
        if "\x00" in order.text:
            return Refused("a NUL in the text", permanent=True)
        reference = f"{order.id}-{secrets.token_hex(6)}"
        url = f"{self.options.options['sendsms']}?{urlencode(self._query(line, order, reference))}"
        try:
            return fate_of(await call("GET", url, hand=hand), reference)
        except AwayError as error:
            return Trouble(f"Kannel does not answer: {error}"[:200], BUSY)
        except TakenBackError:
            return Trouble("taken back", timedelta(seconds=1), is_failure=False)
        except LostError as error:
            return Unknown(f"no answer of Kannel: {error}"[:200])

    def _query(self, line: AskedLine, order: Order, reference: str) -> dict[str, str]:
        said = self.options.options
        query = {
            "username": said["username"],
            "password": self.options.secrets["password"],
            "smsc": line.options.name,
            "to": notation(order.number, line.options.notation),
            "coding": "0" if measure(order.text).alphabet is SmsAlphabet.GSM7 else "2",
            "charset": "UTF-8",
            "text": order.text,
        }
        if source := said["source"] or line.options.number:
            query["from"] = source
        if said["callback"]:
            known = {"token": self.options.secrets["token"], "line": line.options.name, "ref": reference}
            door = f"{said['callback'].rstrip('/')}/hooks/sms/{self.options.name}/dlr"
            # what Kannel fills in must not be quoted; it quotes the values itself
            query |= {
                "dlr-mask": str(ALL_REPORTS),
                "dlr-url": f"{door}?{urlencode(known).replace('%', '%%')}&type=%d&answer=%A",
            }
        return query


def fate_of(got: HttpAnswer, reference: str) -> Fate:
    """What smsbox's words say (gw/smsbox.c)."""
    said = f"Kannel {got.status}: {got.text}"[:200]
    if got.status == 202 or got.text.startswith(("0:", "3:")):
        return Sent(reference)
    if got.status == 403 and "uthorization" in got.text:
        return Trouble(said, WRONG)
    if got.status in {404, 503} or "Temporal failure" in got.text:
        return Trouble(said, BUSY)
    if got.status >= 500:
        return Unknown(said)
    # a number that this office blocks in Kannel is not gone around by another line
    return Refused(said, permanent="black-list" in got.text)


GATEWAY = KannelGateway
