"""What was written without a connection arrives, in order, once; whoever is killed when."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.sdk.tests.conftest import QUICK
from clients.sdk.tests.fake_server import TOKEN, Desk, serve, times
from okibi_sdk import BytesSource, Client, Draft, Outbox, OutboxError, State

ROOT = Path(__file__).resolve().parents[3]
DRAFT = Draft("Не печатает счета", environment={"cpu_mhz": 2400})


@pytest.fixture
def outbox(tmp_path, client):
    outbox = Outbox(tmp_path / "outbox.sqlite", client, device="one")
    yield outbox
    outbox.close()


def states(outbox):
    return [each.state for each in outbox.list()]


# ---------------------------------------------------------------- putting and sending


def test_a_draft_is_sent_with_its_files_and_its_number_comes_back(outbox, desk, tmp_path):
    log = tmp_path / "журнал.log"
    log.write_bytes(os.urandom(3_000_000))
    kept = log.read_bytes()
    draft = outbox.put(DRAFT, [log, BytesSource(b"", "empty.txt"), BytesSource(b"\x89PNG", "снимок.png")])
    log.unlink()  # it was copied
    assert outbox.get(draft).state is State.WAITING
    assert outbox.flush()
    sent = outbox.get(draft)
    assert (sent.state, sent.number, sent.size, sent.arrived) == (State.SENT, "26-000001", len(kept) + 4, len(kept) + 4)
    assert desk.requests[0]["environment"] == {"cpu_mhz": 2400}
    uploads = [desk.uploads[each] for each in desk.requests[0]["uploads"]]
    assert [(each["name"], each["type"]) for each in uploads] == [
        ("журнал.log", "application/octet-stream"),
        ("empty.txt", "text/plain"),
        ("снимок.png", "image/png"),
    ]
    assert uploads[0]["content"] == kept


def test_the_disk_is_given_back_after_sending(outbox, tmp_path):
    outbox.put(DRAFT, [BytesSource(os.urandom(5_000_000), "a.log")])
    assert outbox.flush()
    outbox.close()  # the write-ahead log goes into the file
    assert (tmp_path / "outbox.sqlite").stat().st_size < 1_000_000


def test_without_a_connection_it_waits_and_says_so(tmp_path):
    with Client("http://127.0.0.1:9", TOKEN, language="ru", patience=QUICK) as away:
        outbox = Outbox(tmp_path / "outbox.sqlite", away)
        draft = outbox.put(DRAFT)
        assert not outbox.flush()
        waiting = outbox.get(draft)
        assert (waiting.state, waiting.tries) == (State.WAITING, 1)
        assert waiting.reason == "Нет связи с сервером поддержки."
        assert waiting.remedy == "Отправится само, когда связь появится."
        outbox.close()
    with serve(Desk()) as server, Client(server, TOKEN, patience=QUICK) as back:
        outbox = Outbox(tmp_path / "outbox.sqlite", back)  # another start of the program
        assert outbox.flush()
        assert outbox.get(draft).number == "26-000001"
        outbox.close()


def test_messages_of_a_conversation_go_in_order_behind_the_request_they_belong_to(outbox, desk):
    draft = outbox.put(DRAFT)
    outbox.put_message("второе", after=draft)
    outbox.put_message("третье", after=draft)
    assert outbox.flush()
    outbox.put_message("четвёртое", number="26-000001")
    outbox.put_message("пятое", after=draft)
    assert outbox.flush()
    said = [each["text"] for each in desk.messages["26-000001"]]
    assert said == [DRAFT.text, "второе", "третье", "четвёртое", "пятое"]


def test_an_unsent_message_says_which_request_it_belongs_to(outbox, desk):
    draft = outbox.put(DRAFT)
    behind, other = outbox.put_message("и ещё", after=draft), outbox.put_message("спасибо", number="26-000099")
    assert [(each.request, each.after) for each in outbox.list()] == [("", 0), ("", draft), ("26-000099", 0)]
    assert [each.id for each in outbox.unsent(after=draft)] == [draft, behind]
    assert [each.id for each in outbox.unsent(number="26-000099")] == [other]
    with pytest.raises(ValueError, match="number or after"):
        outbox.unsent()


def test_what_waits_for_a_placed_request_is_found_by_its_number(outbox, desk):
    draft = outbox.put(DRAFT)
    assert outbox.flush()
    number = outbox.get(draft).number
    outbox.client = None
    said = [outbox.put_message("раз", number=number), outbox.put_message("два", after=draft)]
    assert [(each.id, each.request, each.after) for each in outbox.unsent(number=number)] == [
        (said[0], number, draft), (said[1], number, draft),
    ]  # fmt: skip
    assert outbox.unsent(after=draft) == outbox.unsent(number=number)


def test_one_that_the_desk_refuses_holds_its_own_conversation_and_no_other(outbox, desk):
    bad = outbox.put(Draft("anna@example.org"))
    behind = outbox.put_message("и ещё", after=bad)
    good = outbox.put(DRAFT)
    assert not outbox.flush()
    assert (outbox.get(bad).state, outbox.get(bad).code) == (State.FAILED, "text_refused")
    assert (outbox.get(bad).reason, outbox.get(bad).remedy) == ("Так нельзя.", "Исправьте и отправьте ещё раз.")
    assert outbox.get(behind).state is State.WAITING
    assert outbox.get(good).state is State.SENT
    outbox.discard(bad)
    outbox.flush()
    assert (outbox.get(behind).state, outbox.get(behind).code) == (State.FAILED, "placed_never")
    outbox.discard(behind)
    assert outbox.flush()


@pytest.mark.parametrize("fault", ["swallow", "refuse", "answer 503", "answer 429 0", "answer 409 0"])
def test_whatever_the_network_does_it_arrives_once(outbox, desk, fault):
    desk.faults.append(times(3, fault, "POST", "/requests"))
    draft = outbox.put(DRAFT, [BytesSource(b"x" * 700_000, "a.log")])
    for _ in range(4):
        outbox.flush()
    assert outbox.get(draft).state is State.SENT
    assert len(desk.requests) == 1


def test_after_signing_out_it_waits_for_enrolment(outbox, desk):
    desk.signed_out = True
    draft = outbox.put(DRAFT)
    outbox.flush()
    assert (outbox.get(draft).state, outbox.get(draft).code) == (State.WAITING, "unauthorized")
    assert "Подключите приложение" in outbox.get(draft).remedy
    desk.signed_out = False
    assert outbox.flush()


def test_one_begun_by_another_enrolment_is_not_sent_blindly_a_second_time(outbox, desk, tmp_path):
    desk.faults.append(times(1, "swallow", "POST", "/requests"))
    draft = outbox.put(DRAFT)
    outbox.flush()
    assert len(desk.requests) == 1  # it did arrive; the answer was lost
    outbox.device = "two"
    outbox.flush()
    assert (outbox.get(draft).state, outbox.get(draft).code) == (State.FAILED, "other_device")
    assert len(desk.requests) == 1


def test_files_that_ran_out_on_the_server_go_again(outbox, desk):
    desk.faults.append(times(1, "refuse", "POST", "/requests"))
    draft = outbox.put(DRAFT, [BytesSource(b"x" * 1000, "a.log")])
    outbox.flush()
    desk.uploads.clear()
    outbox.flush()
    assert outbox.flush()
    assert outbox.get(draft).state is State.SENT
    assert len(desk.uploads[desk.requests[0]["uploads"][0]]["content"]) == 1000


def test_one_begun_long_ago_whose_files_are_gone_is_not_sent_blindly_a_second_time(outbox, desk):
    desk.faults.append(times(1, "swallow", "POST", "/requests"))
    draft = outbox.put(DRAFT, [BytesSource(b"x", "a.log")])
    outbox.flush()
    outbox.store.set(draft, asked_at=time.time() - 8 * 86400)
    desk.answers.clear()  # the server has forgotten the key
    desk.uploads.clear()
    outbox.flush()
    assert (outbox.get(draft).state, outbox.get(draft).code) == (State.FAILED, "long_ago")
    assert len(desk.requests) == 1


def test_progress_is_told_to_the_end(outbox):
    told = []
    outbox.on_progress = told.append
    outbox.put(DRAFT, [BytesSource(b"x" * 2_000_000, "a.log")])
    outbox.flush()
    assert told[0].state is State.SENDING
    assert [each.arrived for each in told] == sorted(each.arrived for each in told)
    assert (told[-1].state, told[-1].arrived, told[-1].number) == (State.SENT, 2_000_000, "26-000001")


def test_a_file_that_cannot_be_read_keeps_nothing(outbox, tmp_path):
    with pytest.raises(OSError, match=r"gone\.log"):
        outbox.put(DRAFT, [tmp_path / "gone.log"])
    assert outbox.list() == ()


def test_a_full_disk_is_told_as_such_and_keeps_nothing_by_halves(outbox):
    kept = outbox.put(DRAFT)
    pages = outbox.store._db.execute("PRAGMA page_count").fetchone()[0]
    outbox.store._db.execute(f"PRAGMA max_page_count = {pages + 100}")
    with pytest.raises(OutboxError) as told:
        outbox.put(DRAFT, [BytesSource(b"a" * 3_000_000, "a.log")])
    assert told.value.errno == errno.ENOSPC
    assert str(told.value).endswith(("на диске нет места.", "the disk is full."))
    assert [each.id for each in outbox.list()] == [kept]
    assert outbox.flush()


def damage(path, number):
    """A page of the file full of nonsense."""
    content = bytearray(path.read_bytes())
    content[number * 4096 : (number + 1) * 4096] = b"\x55" * 4096
    path.write_bytes(content)


def test_of_a_damaged_file_what_can_be_read_goes_under_its_own_key(tmp_path, client, desk):
    path = tmp_path / "outbox.sqlite"
    before = Outbox(path)
    drafts = [before.put(Draft(f"{at} " + "а" * 900), [BytesSource(b"log" * at, "a.log")]) for at in range(1, 60)]
    keys = {row["id"]: row["key"] for row in before.store._all("SELECT id, key FROM draft")}
    before.close()
    damage(path, path.stat().st_size // 4096 // 2)
    after = Outbox(path, client)
    saved = {row["id"]: row["key"] for row in after.store._all("SELECT id, key FROM draft")}
    assert after.damaged is not None
    assert after.damaged.exists()
    assert len(drafts) // 2 < len(saved) < len(drafts)
    assert saved.items() <= keys.items()
    assert after.flush()
    assert len(desk.requests) == len(saved)
    after.close()


@pytest.mark.parametrize("content", [b"nonsense" * 1000, b"SQLite format 3\x00" + b"\xff" * 5000], ids=["text", "head"])
def test_a_file_that_is_no_outbox_at_all_is_put_aside(tmp_path, content):
    path = tmp_path / "outbox.sqlite"
    path.write_bytes(content)
    outbox = Outbox(path)
    outbox.put(DRAFT)
    assert outbox.damaged is not None
    assert outbox.damaged.read_bytes() == content
    outbox.close()
    again = Outbox(path)
    assert (len(again.list()), again.damaged) == (1, None)
    again.close()


def test_the_loop_sends_what_is_put_and_ends_when_told(outbox, desk):
    stop, arrived = threading.Event(), threading.Event()
    outbox.on_progress = lambda told: told.state is State.SENT and arrived.set()
    thread = threading.Thread(target=outbox.run, args=(stop,))
    thread.start()
    outbox.put(DRAFT)
    assert arrived.wait(20)
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
    assert len(desk.requests) == 1


# ---------------------------------------------------------------- several processes, and kills


def child(*arguments, **more):
    return subprocess.Popen(
        [sys.executable, "-m", "clients.sdk.tests.outbox_child", *map(str, arguments)], cwd=ROOT, **more
    )


def test_two_senders_on_one_outbox_send_once(tmp_path, server, desk):
    path = tmp_path / "outbox.sqlite"
    outbox = Outbox(path)
    for serial in range(12):
        outbox.put(Draft(f"Заявка {serial}"), [BytesSource(b"x" * 300_000, "a.log")])
    senders = [child("send", path, server) for _ in range(2)]
    assert [each.wait(120) for each in senders] == [0, 0]
    assert [each["text"] for each in desk.requests] == [f"Заявка {serial}" for serial in range(12)]
    assert sum(method == "POST" and path == "/requests" for method, path, _ in desk.seen) == 12
    assert set(states(outbox)) == {State.SENT}
    outbox.close()


class Killer:
    """Ends the sender with SIGKILL while the server handles its n-th call: before, after, or inside it."""

    def __init__(self):
        self.plan: list[tuple[int, str]] = []
        self.process = None
        self.calls = 0

    def __call__(self, handler):
        self.calls += 1
        if not self.plan or self.calls < self.plan[0][0] or self.process is None:
            return None
        _, how = self.plan.pop(0)
        self.calls = 0
        if how == "swallow":
            return "swallow"
        self.process.send_signal(signal.SIGKILL)
        return "refuse" if how == "before" else None


CUTS = st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["before", "after", "swallow"])), max_size=6)


@settings(max_examples=4, deadline=None)
@given(cuts=CUTS, size=st.sampled_from([0, 1, 600_000]))
def test_whenever_the_sender_is_killed_each_draft_arrives_exactly_once(tmp_path_factory, cuts, size):
    path = tmp_path_factory.mktemp("outbox") / "outbox.sqlite"
    desk, killer = Desk(), Killer()
    desk.faults.append(killer)
    killer.plan = list(cuts)
    outbox = Outbox(path)
    for serial in range(3):
        files = [BytesSource(str(serial).encode() * size, f"{serial}.log")] if size else []
        draft = outbox.put(Draft(f"Заявка {serial}"), files)
        outbox.put_message(f"Дополнение {serial}", after=draft)
    with serve(desk) as server:
        for _ in range(len(cuts) + 1):
            killer.process = child("send", path, server)
            if killer.process.wait(60) == 0:
                break
    assert set(states(outbox)) == {State.SENT}
    outbox.close()
    assert sorted(each["text"] for each in desk.requests) == [f"Заявка {serial}" for serial in range(3)]
    for request in desk.requests:
        serial = request["text"].split()[1]
        said = [each["text"] for each in desk.messages[request["number"]]]
        assert said == [request["text"], f"Дополнение {serial}"]
        assert [desk.uploads[each]["content"] for each in request.get("uploads", ())] == (
            [serial.encode() * size] if size else []
        )


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.05, 0.15])
def test_whenever_the_writer_is_killed_what_was_kept_is_whole_and_the_rest_was_never_there(tmp_path, seconds):
    path = tmp_path / "outbox.sqlite"
    writer = child("put", path, 10_000, 1_500_000, stdout=subprocess.PIPE)
    first = writer.stdout.readline()
    time.sleep(seconds)  # not waited for: this is when the kill comes
    writer.kill()
    kept = [first, *writer.stdout.readlines()]
    writer.wait(30)
    names = [each.decode().strip() for each in kept if each.endswith(b"\n")]
    desk = Desk()
    with serve(desk) as server, Client(server, TOKEN, patience=QUICK) as client:
        outbox = Outbox(path, client)
        assert outbox.flush()
        outbox.close()
    arrived = [each["text"].split()[1] for each in desk.requests]
    assert arrived[: len(names)] == names  # the one after them may be there too: kept, and killed before it said so
    assert len(arrived) - len(names) in {0, 1}
    for request in desk.requests:
        content = desk.uploads[request["uploads"][0]]["content"]
        name = request["text"].split()[1].encode()
        assert content == (name * (1_500_000 // len(name) + 1))[:1_500_000]
