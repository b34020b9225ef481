"""Webhooks per second accepted durably: ``python bench/webhooks_in.py [webhooks] [processes]`` (uses DATABASE_URL).

Each is one signed push of the Cloud API with one message, through the whole door (middleware, proof, split, store, commit);
a tenth comes twice, and all come in disorder. At the end each is there once: nothing lost, nothing twice.
"""

import hashlib
import hmac
import json
import multiprocessing
import os
import random
import secrets
import sys
import tempfile
import time
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okibi.config.settings")
SECRET, PHONE_ID = "bench-secret", "106540352242922"
ACCOUNT = f"""format = 1
[[account]]
kind = "whatsapp"
name = "bench"
base_url = "http://127.0.0.1:1"
phone_number_id = "{PHONE_ID}"
token = "t"
app_secret = "{SECRET}"
verify_token = "v"
"""


def push(run: str, number: int) -> tuple[bytes, str]:
    sender = f"7900{number % 5000:07}"
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "74950000000", "phone_number_id": PHONE_ID},
        "contacts": [{"profile": {"name": "Анна"}, "wa_id": sender}],
        "messages": [{"from": sender, "id": f"wamid.{run}{number}", "timestamp": "1795167660", "type": "text",
                      "text": {"body": f"Не печатает счета, ошибка E-{number}"}}],
    }  # fmt: skip
    entry = [{"id": "1", "changes": [{"field": "messages", "value": value}]}]
    body = json.dumps({"object": "whatsapp_business_account", "entry": entry}, ensure_ascii=False).encode()
    return body, "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def accept(pushes: list[tuple[bytes, str]], path: str, ready: Barrier, done: "Queue[tuple[int, float]]") -> None:
    """One web process: takes its share; gives how many were answered 200, and the processor's time of its Python."""
    os.environ["OKIBI_CHANNELS"] = path
    django.setup()
    from django.db import connection
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    connection.ensure_connection()
    ready.wait()
    begin = time.process_time()
    good = 0
    for body, signature in pushes:
        headers = {"X-Hub-Signature-256": signature}
        answer = client.post("/hooks/whatsapp/bench", body, content_type="application/json", headers=headers)
        good += answer.status_code == 200
    done.put((good, time.process_time() - begin))


def main(webhooks: int, processes: int) -> None:
    run = secrets.token_hex(4)
    pushes = [push(run, number) for number in range(webhooks)]
    pushes += random.sample(pushes, webhooks // 10)
    random.shuffle(pushes)
    with tempfile.TemporaryDirectory(prefix="okibi-bench-") as folder:
        path = Path(folder) / "channels.toml"
        path.write_text(ACCOUNT)
        path.chmod(0o600)
        context = multiprocessing.get_context("spawn")
        ready, done = context.Barrier(processes + 1), context.Queue()
        shares = [pushes[n::processes] for n in range(processes)]
        workers = [context.Process(target=accept, args=(share, str(path), ready, done)) for share in shares]
        for worker in workers:
            worker.start()
        ready.wait()
        began = time.perf_counter()
        answers = [done.get() for _ in workers]
        took = time.perf_counter() - began
        for worker in workers:
            worker.join()
    django.setup()
    from okibi.channels.models import Inbound

    good, processor = sum(number for number, _ in answers), sum(seconds for _, seconds in answers)
    stored = Inbound.objects.filter(channel="whatsapp", external_id__startswith=f"message:wamid.{run}").count()
    print(f"webhooks    {good / took:8.0f} /s accepted ({processes} processes, {took:.1f} s)")
    print(f"            {processor / good * 1000:8.2f} ms of the processor's time a webhook in Python")
    print(f"            {good} of {len(pushes)} answered 200, {stored} of {webhooks} stored")
    if (good, stored) != (len(pushes), webhooks):
        sys.exit("lost or doubled")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, int(sys.argv[2]) if len(sys.argv) > 2 else 2)
