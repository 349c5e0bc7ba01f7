"""The pages about deploying name files, services and options that there are."""

import re

import pytest
import yaml

from snowgrid.__main__ import COMMANDS
from snowgrid.cli.lazy import Deferred
from snowgrid.deployment import layout
from tests.deployment.stack import ROOT

PAGES = ("deploy.md", "security.md")
MADE = {
    each
    for name, value in vars(layout).items()
    if name.isupper()
    for each in ([value] if isinstance(value, str) else value)
}
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]


def text(page: str) -> str:
    return (ROOT / "docs" / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there_or_made(page: str):
    named = set(
        re.findall(r"\b(?:secrets|deploy|dashboards|bench|tests|scripts)/[\w./-]*\w", text(page))
    )
    folders = {path.rpartition("/")[0] for path in MADE} | {
        layout.SECRETS,
        f"{layout.SECRETS}/tokens",
    }
    assert len(named) > 5
    for path in named:
        assert (ROOT / path).exists() or path in MADE | folders, f"{page}: {path}"


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_option_of_ours_that_a_page_shows_is_there(page: str):
    shown = re.findall(
        r"(?:^|[`(\s])snowgrid ([a-z-]+)((?:[^\S\n]+[^\s`]+|\s*\\\n\s*)*)", text(page)
    )
    commands = {entry.name: entry for entry in COMMANDS}
    ours = [(name, rest) for name, rest in shown if name in commands]
    assert ours
    for name, rest in ours:
        command = Deferred(commands[name]).load()
        subs = getattr(command, "commands", {}).values()
        known = {o for c in (command, *subs) for p in c.params for o in p.opts}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", rest)) <= known, f"{page}: {name}{rest}"


def test_every_service_is_told_of():
    table = text("deploy.md").partition("## What runs")[2].partition("##")[0]
    for service in SERVICES:
        assert service in table
