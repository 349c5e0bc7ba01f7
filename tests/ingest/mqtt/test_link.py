import asyncio

import mqtt5

from ingest.mqtt.link import Link

MORE_THAN_SOCKETS_HOLD = 32 * 1024 * 1024


async def test_publishes_are_delivered_with_the_size_of_their_packets_however_they_arrive():
    delivered: list[tuple[int, int]] = []
    link = Link(lambda _link, publishes, size_bytes: delivered.append((len(publishes), size_bytes)))
    packet = mqtt5.PublishPacket("a", b" " * 1_000).write()
    link.data_received(packet[:300])
    link.data_received(packet[300:] + packet)
    assert delivered == [(2, 2 * len(packet))]


async def test_a_broker_that_reads_nothing_is_left_without_its_goodbye():
    never = asyncio.Event()

    async def read_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        await never.wait()
        writer.close()

    loop = asyncio.get_running_loop()
    server = await asyncio.start_server(read_nothing, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        _, link = await loop.create_connection(lambda: Link(lambda *_: None), "127.0.0.1", port)
        link._send(b"\xd0\x00" * MORE_THAN_SOCKETS_HOLD)
        await link.close()
        assert link.lost.result() is None
        never.set()
