import mqtt5
from hypothesis import given
from hypothesis import strategies as st

from ingest.mqtt.packets import pubacks


@given(st.lists(st.integers(1, 65_535), max_size=50))
def test_acknowledgements_are_what_the_codec_would_write(packet_ids):
    expected = b"".join(mqtt5.PubAckPacket(packet_id).write() for packet_id in packet_ids)
    assert pubacks(packet_ids) == expected
