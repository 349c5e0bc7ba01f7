import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from ingest.errors import ConfigError
from snowgrid.__main__ import COMMANDS, app, main
from snowgrid.cli.errors import told_to_the_user
from snowgrid.cli.lazy import Deferred, Entry, LazyGroup, reflowed

HEAVY = ("aiohttp", "aiomqtt", "duckdb", "influxdb_client", "mqtt5", "numpy", "pydantic")
ENTRY = Entry(name="x", target="tests.snowgrid.test_cli:speak", panel="p", summary="s")


def speak(word: str, *, loud: bool = False) -> None:
    """Say a word."""
    if word == "wrong":
        raise ConfigError("snowgrid.toml: mqtt.port: should be smaller\nand another line")
    typer.echo(word.upper() if loud else word)


class Group(LazyGroup):
    entries = (ENTRY,)


def python(*code: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *code], capture_output=True, text=True, check=False, cwd=cwd, timeout=60
    )


def lazy_app() -> typer.Typer:
    lazy = typer.Typer(cls=Group)
    lazy.callback()(lambda: None)
    return lazy


def test_help_lists_every_command_with_its_summary() -> None:
    text = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "120"}).output
    for entry in COMMANDS:
        assert f"{entry.name} " in text
        assert entry.summary in text


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_command_loads_and_helps(entry: Entry) -> None:
    result = CliRunner().invoke(app, [entry.name, "--help"])
    assert result.exit_code == 0, result.output
    assert f" {entry.name} " in result.output


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_a_summary_fits_on_a_line_of_a_terminal(entry: Entry) -> None:
    assert len(entry.summary) <= 62


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['snowgrid', '--help']\n"
        "from snowgrid.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print('HEAVY', [name for name in {HEAVY} if name in sys.modules])"
    )
    assert python("-c", code).stdout.endswith("HEAVY []\n")


def test_the_version_is_that_of_the_distribution() -> None:
    result = python("-m", "snowgrid", "--version")
    assert result.stdout == f"snowgrid {version('snowgrid')}\n"


def test_a_misspelt_command_is_told_with_the_nearest() -> None:
    result = python("-m", "snowgrid", "chekc")
    assert result.returncode == 2
    assert "Did you mean 'check'?" in result.stderr


def test_nothing_typed_shows_the_help() -> None:
    assert "Usage: snowgrid [OPTIONS] COMMAND" in python("-m", "snowgrid").stdout


def test_a_function_behind_a_lazy_entry_gets_its_arguments_and_options() -> None:
    assert CliRunner().invoke(lazy_app(), ["x", "hello", "--loud"]).output == "HELLO\n"


def test_a_deferred_command_becomes_the_command_itself() -> None:
    command = Deferred(ENTRY).load()
    assert command.name == "x"
    assert command.help == "Say a word."


def test_paragraphs_of_help_are_broken_by_the_terminal_and_examples_are_not() -> None:
    text = "One\ntwo.\n\nThree\nfour.\n\n  run this\n  then that\n\nExample:\n  run"
    assert reflowed(text) == (
        "One two.\n\nThree four.\n\n  run this\n  then that\n\nExample:\n  run"
    )


def test_short_help_works_for_a_command_too() -> None:
    assert CliRunner().invoke(app, ["check", "-h"]).exit_code == 0


def test_an_error_of_the_user_is_a_message_and_code_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("snowgrid.__main__.app", lambda **_: lazy_app()(["x", "wrong"]))
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "snowgrid.toml: mqtt.port: should be smaller\nand another line\n"
    )


@pytest.mark.parametrize("error", [KeyError("k"), IndexError("i"), RuntimeError("bug"), OSError()])
def test_a_mistake_of_this_program_keeps_its_traceback(error: Exception) -> None:
    assert told_to_the_user(error) == ""
    assert told_to_the_user(ExceptionGroup("tasks", [ConfigError("c"), error])) == ""


def test_errors_of_tasks_that_ran_together_are_told_each_once() -> None:
    inner = ExceptionGroup("inner", [ConfigError("a"), ConfigError("b")])
    outer = ExceptionGroup("outer", [inner, ConfigError("a\nb"), LookupError("c")])
    assert told_to_the_user(outer) == "a\nb\nc"
