"""What the stories of calls share: the moment, the exchanges, how one pushes and takes in."""

from datetime import UTC, datetime, timedelta

from django.test import Client

from okibi.channels import inbox
from okibi.flows.intake import take
from okibi.journal.models import Entry
from okibi.journal.selectors import sentence_of
from tests.simulators import cti, mango, megafon, zadarma

MONDAY = datetime(2026, 11, 23, 7, 15, tzinfo=UTC)  # 10:15 in Moscow
ANNA = "+79000000011"
KINDS = {"cti": cti, "mango": mango, "megafon": megafon, "zadarma": zadarma}
AT = {"mango": lambda at: int(at.timestamp()), "megafon": lambda at: at.timestamp(),
      "zadarma": lambda at: (at + timedelta(hours=3)).strftime(zadarma.NOW)}  # fmt: skip


def push(kind, *pushes, account="main"):
    said = []
    door = Client()  # a client of its own for each push would load the middleware anew: ten times the work of the push
    for each in pushes:
        url = (
            f"/hooks/{kind}/{account}" + (f"/{each.path}" if each.path else "") + (f"?{each.query}" * bool(each.query))
        )
        answer = door.post(url, each.body, content_type=each.content_type, headers=each.headers)
        said.append((answer.status_code, answer.content.decode()))
    return said


def intake():
    while inbox.process_batch(take):
        pass


def story(kind, name, number=ANNA, key="", at=MONDAY):
    """The pushes of a story, at a moment where the exchange tells moments."""
    tell = KINDS[kind].STORIES[name]
    return tell(number, key or f"{name}-1", *([AT[kind](at)] if kind in AT else []))


def says(subject):
    return [sentence_of(entry).ru for entry in Entry.objects.filter(subject_kind=subject[0], subject_id=subject[1])]
