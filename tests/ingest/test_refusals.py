from pathlib import Path

from ingest.dead_letters import DeadLetters
from ingest.dead_letters.reader import read
from ingest.refusals import refusals_into
from ingest.settings import DeadLetterSettings
from tests.ingest.core.examples import NOW_MS

LINE = b'boiler,site=plant,device=b-1 pressure_bar=1.5,boiler_state="HOT WATER" 1760000000000\n'


async def test_a_refused_line_is_kept_as_the_message_it_was(tmp_path: Path):
    dead_letters = DeadLetters(DeadLetterSettings(dir=tmp_path))
    await refusals_into(dead_letters, lambda: NOW_MS)([LINE], "422 field type conflict")
    (letter,) = read(tmp_path)
    assert (letter.topic, letter.reason) == ("telemetry/plant/boiler/b-1", "refused")
    assert letter.payload == (b'{"ts":1760000000000,"pressure_bar":1.5,"boiler_state":"HOT WATER"}')
    assert (letter.message, letter.arrived_ms) == ("422 field type conflict", NOW_MS)


async def test_a_line_of_unknown_shape_is_kept_as_it_is(tmp_path: Path):
    dead_letters = DeadLetters(DeadLetterSettings(dir=tmp_path))
    await refusals_into(dead_letters, lambda: NOW_MS)([b"what is this\n"], "400")
    (letter,) = read(tmp_path)
    assert (letter.topic, letter.payload) == ("", b"what is this\n")
