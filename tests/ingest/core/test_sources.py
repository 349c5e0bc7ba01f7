from collections import Counter

import pytest

from ingest.core.sources import SourceRegistry, UnknownSource
from tests.ingest.core.examples import BOILER, NOW_MS, Publish, make_decoder

GOOD = b'{"pressure_bar":1}'


def topic(site: str, device: int) -> str:
    return f"telemetry/{site}/boiler/b-{device}"


def test_a_full_registry_takes_no_new_device_and_says_how_many_it_knows():
    registry = SourceRegistry({"boiler": BOILER}, most=2)
    for device in range(2):
        registry.meet(topic("town", device))
    with pytest.raises(UnknownSource, match="2 devices are known, this is another") as error:
        registry.meet(topic("elsewhere", 2))
    assert error.value.reason == "registry"
    assert registry.by_site == Counter(town=2)


def test_a_topic_that_names_no_device_takes_no_place():
    registry = SourceRegistry({"boiler": BOILER}, most=1)
    for wrong in ("telemetry/town/boiler", "telemetry/town/samovar/b-1"):
        with pytest.raises(UnknownSource):
            registry.meet(wrong)
    registry.meet(topic("town", 1))


def test_beyond_the_limit_only_readings_of_new_devices_are_rejected():
    decoder = make_decoder(max_devices=3)
    publishes = [Publish(GOOD, topic("town", number % 10)) for number in range(20)]
    decoded = decoder.decode(publishes, NOW_MS)
    assert decoded.readings == 6
    assert decoded.messages_rejected == {"registry": 14}
    letter = decoded.dead_letters[0]
    assert (letter.topic, letter.payload) == (publishes[3].topic, GOOD)
    assert len(decoder.registry.sources) == 3
