"""`snowgrid reload` where there is nobody to ask; with a service, see `tests/end_to_end`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.errors import ConfigError
from snowgrid.__main__ import app


def problem(*options: str) -> str:
    error = CliRunner().invoke(app, ["reload", *options]).exception
    assert isinstance(error, ConfigError)
    return str(error)


def test_a_file_that_is_wrong_is_told_before_anybody_is_asked(tmp_path: Path) -> None:
    file = tmp_path / "snowgrid.toml"
    file.write_text("[mqtt]\nprot = 1883\n")
    what, consequence = problem("--config", str(file)).splitlines()
    assert "mqtt.prot: no such setting; did you mean mqtt.port?" in what
    assert consequence == "Not reloaded; the service goes on as before."


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://[::1]:9"])
def test_a_service_that_does_not_run_is_told(url: str) -> None:
    assert problem("--url", url).startswith(f"{url}: no service answers")
