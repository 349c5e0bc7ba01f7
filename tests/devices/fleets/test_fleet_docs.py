"""docs/fleets.md says what is true."""

import re
from pathlib import Path

from devices.fleets.file import fleet_names, load_fleet

TEXT = (Path(__file__).parents[3] / "docs" / "fleets.md").read_text(encoding="utf-8")


def test_every_fleet_is_listed_with_its_devices():
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| .* \| ([\d,]+) \|$", TEXT, re.MULTILINE))
    assert {name: int(count.replace(",", "")) for name, count in listed.items()} == {
        name: load_fleet(name).device_count for name in fleet_names()
    }


def test_the_examples_are_a_fleet_that_loads(tmp_path):
    site, event = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    file = tmp_path / "valley.toml"
    file.write_text(re.sub(r"^include.*$", "", site, flags=re.MULTILINE) + event)
    fleet = load_fleet(file)
    assert fleet.device_count == 12
    assert len(fleet.events) == 1
