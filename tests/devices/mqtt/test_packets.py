import mqtt5
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.mqtt.packets import MalformedStream, PacketReader, missing_bytes

PUBLISHES = st.builds(
    mqtt5.PublishPacket,
    topic=st.sampled_from(["a", "telemetry/plant/boiler/b-1"]),
    payload=st.binary(max_size=300),
    qos=st.just(mqtt5.QoS.AT_LEAST_ONCE),
    packet_id=st.integers(1, 65_535),
)


@given(st.lists(PUBLISHES, max_size=8), st.lists(st.integers(1, 400), max_size=40))
def test_the_same_packets_come_out_however_the_bytes_are_cut(packets, cuts):
    stream = b"".join(packet.write() for packet in packets)
    received: list[mqtt5.Packet] = []
    reader, start = PacketReader(), 0
    for size in [*cuts, len(stream)]:
        received += reader.feed(stream[start : start + size])
        start += size
    assert [packet.write() for packet in received] == [packet.write() for packet in packets]


@given(PUBLISHES, st.data())
def test_what_a_packet_lacks_is_known_from_its_length_on(packet, data):
    whole = packet.write()
    have = data.draw(st.integers(0, len(whole) - 1))
    missing = missing_bytes(whole[:have])
    header_bytes = 2 if whole[1] < 0x80 else 3
    assert missing == (len(whole) - have if have >= header_bytes else 1)


def test_a_packet_that_trickles_in_is_joined_once():
    whole = mqtt5.PublishPacket("a", b"x" * 1_000_000).write()
    reader = PacketReader()
    for start in range(0, len(whole) - 1, 1000):
        assert list(reader.feed(whole[start : min(start + 1000, len(whole) - 1)])) == []
    (packet,) = reader.feed(whole[-1:])
    assert packet.write() == whole


@pytest.mark.parametrize(
    "stream", [b"\x00\x00", b"\x30\xff\xff\xff\xff\x01", b"\x15\x03\x03\x00\x02\x02\x16"]
)
def test_what_is_not_mqtt_ends_the_stream(stream):
    with pytest.raises(MalformedStream):
        list(PacketReader().feed(stream))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_topic_that_is_not_utf8_ends_the_stream_and_not_the_process():
    with pytest.raises(MalformedStream):
        list(PacketReader().feed(b"\x32\x07\x00\x02\xff\xff\x00\x01\x00"))
