import asyncio

import mqtt5

from ingest.mqtt.inbox import Inbox
from ingest.mqtt.link import Link
from ingest.settings import BatchSettings
from tests.eventually import eventually
from tests.ingest.mqtt.transport import RecordingTransport


def make_link(inbox: Inbox) -> tuple[Link, RecordingTransport]:
    link, transport = Link(inbox.put), RecordingTransport()
    link.connection_made(transport)
    return link, transport


def publishes(count: int) -> list[mqtt5.PublishPacket]:
    return [mqtt5.PublishPacket("a", b"%d" % number) for number in range(count)]


async def test_a_full_batch_is_handed_out_at_once_and_the_rest_stays():
    inbox = Inbox(BatchSettings(max_messages=3, linger_s=3600, pause_s=3600))
    link, _ = make_link(inbox)
    inbox.put(link, publishes(5), 5)
    batch = await inbox.batch()
    assert [message.payload for message in batch.messages] == [b"0", b"1", b"2"]
    assert inbox.size == 2


async def test_a_tail_leaves_as_soon_as_the_stream_pauses():
    inbox = Inbox(BatchSettings(max_messages=1000, linger_s=3600, pause_s=0.001))
    link, _ = make_link(inbox)
    inbox.put(link, publishes(2), 2)
    assert len((await inbox.batch()).messages) == 2


async def test_a_stream_that_never_pauses_is_taken_along_when_it_has_lingered():
    inbox = Inbox(BatchSettings(max_messages=1_000_000, linger_s=0.02, pause_s=3600))
    link, _ = make_link(inbox)

    async def pour() -> None:
        while True:
            inbox.put(link, publishes(1), 1)
            await asyncio.sleep(0)

    pouring = asyncio.create_task(pour())
    assert 0 < len((await inbox.batch()).messages) < 1_000_000
    pouring.cancel()


async def test_reading_stops_when_two_batches_wait_and_goes_on_when_one_is_left():
    inbox = Inbox(BatchSettings(max_messages=2, linger_s=1, pause_s=0.001))
    link, transport = make_link(inbox)
    inbox.put(link, publishes(3), 3)
    assert transport.reading
    inbox.put(link, publishes(2), 2)
    assert not transport.reading
    await inbox.batch()
    assert not transport.reading
    await inbox.batch()
    assert transport.reading


async def test_large_payloads_fill_a_batch_and_stop_the_reading_by_their_size():
    inbox = Inbox(BatchSettings(max_bytes=1_000, linger_s=3600, pause_s=3600))
    link, transport = make_link(inbox)
    for _ in range(3):
        inbox.put(link, publishes(2), 800)
    assert (inbox.size, inbox.size_bytes, transport.reading) == (6, 2_400, False)
    assert len((await inbox.batch()).messages) == 4
    assert (inbox.size, inbox.size_bytes, transport.reading) == (2, 800, True)


async def test_a_payload_larger_than_a_batch_is_taken_alone():
    inbox = Inbox(BatchSettings(max_bytes=1_000, linger_s=3600, pause_s=3600))
    link, _ = make_link(inbox)
    inbox.put(link, publishes(1), 10_000)
    inbox.put(link, publishes(1), 1)
    assert len((await inbox.batch()).messages) == 1
    assert (inbox.size, inbox.size_bytes) == (1, 1)


async def test_what_is_given_back_comes_next():
    inbox = Inbox(BatchSettings(max_messages=3, linger_s=3600, pause_s=0.001))
    link, _ = make_link(inbox)
    inbox.put(link, publishes(4), 4)
    first, rest = (await inbox.batch()).split(1)
    inbox.give_back(rest)
    assert (inbox.size, inbox.size_bytes) == (3, 3)
    assert [m.payload for m in first.messages] == [b"0"]
    assert [m.payload for m in (await inbox.batch()).messages] == [b"1", b"2", b"3"]


async def test_the_oldest_message_is_one_that_still_waits():
    inbox = Inbox(BatchSettings(max_messages=2, linger_s=3600, pause_s=0.001))
    link, _ = make_link(inbox)
    inbox.put(link, publishes(2), 2)
    await asyncio.sleep(0.002)  # so that the clock moves
    inbox.put(link, publishes(1), 1)
    oldest_at = inbox.oldest_at
    batch = await inbox.batch()
    assert batch.arrived_at == oldest_at
    assert inbox.oldest_at is not None
    assert inbox.oldest_at > batch.arrived_at


async def test_a_link_that_was_told_to_stop_reads_no_more_when_there_is_room_again():
    inbox = Inbox(BatchSettings(max_messages=2, linger_s=1, pause_s=0.001))
    link, transport = make_link(inbox)
    inbox.put(link, publishes(5), 5)
    link.stop_reading()
    while inbox.size:
        await inbox.batch()
    assert not transport.reading


async def test_messages_of_two_connections_never_share_a_batch():
    inbox = Inbox(BatchSettings(max_messages=100, linger_s=3600, pause_s=0.001))
    (old, _), (new, _) = make_link(inbox), make_link(inbox)
    inbox.put(old, publishes(2), 2)
    inbox.put(new, publishes(3), 3)
    first, second = await inbox.batch(), await inbox.batch()
    assert (first.link, len(first.messages)) == (old, 2)
    assert (second.link, len(second.messages)) == (new, 3)


async def test_after_a_small_read_bytes_may_gather_for_a_moment():
    inbox = Inbox(BatchSettings())
    link, transport = make_link(inbox)
    packet = mqtt5.PublishPacket("a", b"x").write()
    link.data_received(packet)
    assert not transport.reading
    await eventually(lambda: transport.reading)
    link.data_received(packet * 40_000)
    assert not transport.reading  # ten batches wait
    inbox._take()
    assert not transport.reading
