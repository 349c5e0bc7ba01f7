"""The folder is the list: a file more is a kind more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import devices.kinds
from devices.registry import kind_named, kinds


@pytest.fixture
def extra_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A second folder whose files are looked at like those of devices/kinds."""
    monkeypatch.setattr(devices.kinds, "__path__", [*devices.kinds.__path__, str(tmp_path)])
    kinds.cache_clear()
    yield tmp_path
    kinds.cache_clear()


def test_every_file_of_the_folder_is_a_kind_of_its_name():
    folder = Path(devices.kinds.__file__).parent
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert set(kinds()) == files
    assert list(kinds()) == sorted(files)


def test_adding_a_file_adds_a_kind(extra_folder):
    (extra_folder / "thermostat.py").write_text(
        "from dataclasses import replace\n"
        "from devices.kinds.smart_meter import KIND as METER\n"
        "KIND = replace(METER, name='thermostat', title='Thermostat')\n",
        encoding="utf-8",
    )
    assert kind_named("thermostat").title == "Thermostat"


def test_a_file_without_a_kind_is_named(extra_folder):
    (extra_folder / "empty.py").write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"devices/kinds/empty\.py: want KIND named 'empty'"):
        kinds()


def test_a_misspelt_kind_gets_the_nearest_as_an_answer():
    with pytest.raises(LookupError, match="no kind 'smart_metre': did you mean 'smart_meter'"):
        kind_named("smart_metre")


def test_a_strange_kind_gets_the_list():
    with pytest.raises(LookupError, match=r"no kind 'xyzzy': kinds: .*rack_sensor.*smart_meter"):
        kind_named("xyzzy")
