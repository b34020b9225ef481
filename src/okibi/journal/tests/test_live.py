"""The stream's hub: the first reader to come misses nothing."""

import asyncio

import pytest

from okibi.journal.live import Hub


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_the_first_reader_comes_is_there_for_it_to_read():
    journal = []

    def news(_after, _limit):
        journal.append({"id": 1})  # committed in the very moment in which the hub looks what was there before
        return list(journal)

    async def come():
        hub = Hub(news)
        queue = hub.join()
        await hub.listening()
        found = list(journal)
        hub.leave(queue)
        return found

    assert asyncio.run(come()) == [{"id": 1}]
