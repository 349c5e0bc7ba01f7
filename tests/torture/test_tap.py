"""The listener on the wire knows what the service has acknowledged."""

import mqtt5

from tests.torture.readings import Readings
from tests.torture.tap import Tap

READINGS = Readings(start_ms=1_760_000_000_000, devices=10, step_ms=10)


def publish(number: int, packet_id: int) -> bytes:
    return mqtt5.PublishPacket(
        READINGS.topic(number),
        READINGS.payload(number),
        qos=mqtt5.QoS.AT_LEAST_ONCE,
        packet_id=packet_id,
    ).write()


def test_what_was_handed_over_waits_until_it_is_acknowledged_in_whatever_pieces():
    tap = Tap(READINGS)
    wire = tap.wire()
    for byte in publish(3, 1) + publish(4, 2):
        wire.answer(bytes([byte]))
    assert tap.waiting == 2
    acknowledgement = mqtt5.PubAckPacket(2).write()
    wire.ask(acknowledgement[:1])
    assert not tap.has(4)
    wire.ask(acknowledgement[1:])
    assert tap.has(4)
    assert not tap.has(3)
    assert tap.waiting == 1


def test_an_acknowledgement_counts_on_the_connection_of_its_publish_only():
    tap = Tap(READINGS)
    first, second = tap.wire(), tap.wire()
    first.answer(publish(3, 1))
    second.ask(mqtt5.PubAckPacket(1).write())
    assert not tap.has(3)
    first.close()
    assert tap.waiting == 0


def test_messages_that_share_a_packet_id_are_acknowledged_in_their_order():
    tap = Tap(READINGS)
    wire = tap.wire()
    wire.answer(publish(3, 1) + publish(4, 1))
    wire.ask(mqtt5.PubAckPacket(1).write())
    assert (tap.has(3), tap.has(4), tap.shared_ids) == (True, False, 1)


def test_what_is_none_of_ours_is_not_counted():
    tap = Tap(READINGS)
    wire = tap.wire()
    wire.answer(mqtt5.PublishPacket("alert/a/b/c/d", b"{}").write())
    assert tap.waiting == 0
