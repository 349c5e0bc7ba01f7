import re
from pathlib import Path

import pytest

from ingest.reload.live import LIVE
from ingest.settings import Settings, load_settings
from ingest.settings_docs import FILE, settings_table, with_table
from ingest.settings_sources import settings_of, variable_of

DOCUMENT = Path(__file__).parents[2] / FILE


def test_the_table_in_the_documentation_is_the_one_the_settings_make() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert with_table(text) == text, "run: python -m ingest.settings_docs"


@pytest.mark.parametrize("key", [key for key, _ in settings_of(Settings)])
def test_every_setting_has_a_row_that_explains_it(key: str) -> None:
    (row,) = [line for line in settings_table().splitlines() if line.startswith(f"| `{key}` |")]
    cells = row.removeprefix("| ").removesuffix(" |").split(" | ")
    _, value, default, variable, taken_over, meaning = cells
    assert value
    assert default
    assert variable == f"`{variable_of(key)}`"
    assert taken_over == ("reload" if key in LIVE else "restart")
    assert meaning.endswith(".")


def test_the_example_is_a_file_that_loads(tmp_path: Path) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    file = tmp_path / "snowgrid.toml"
    file.write_text(example)
    settings = load_settings(file, env={})
    assert settings.mqtt.host == "broker.example.net"
    assert settings != Settings()


def test_secrets_are_marked_and_choices_are_listed() -> None:
    table = settings_table()
    assert "| `mqtt.password` | secret | none |" in table
    assert "| `store.kind` | `influxdb`, `duckdb` | `influxdb` |" in table
    assert "| `mqtt.port` | whole number 1…65,535 | `1883` |" in table
    assert "| `batch.linger_s` | number > 0 | `0.2` |" in table
    assert "| `batch.max_messages` | whole number ≥ 1 | `4000` |" in table
    assert "| `store.spool.segment_bytes` | whole number ≥ 1 | `67108864` (64.0 MiB) |" in table
    assert "| `mqtt.topics` | list of text | `telemetry/#` |" in table


def test_a_document_without_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="want a line"):
        with_table("# Configuration")
