"""The scripts parse, help, and install what the project says it needs."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted(path for path in (ROOT / "scripts").iterdir() if path.is_file())


@pytest.mark.parametrize("script", [*SCRIPTS, ROOT / ".ci" / "run"], ids=lambda path: path.name)
def test_a_script_is_valid_bash(script: Path) -> None:
    subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.parametrize("name", ["test", "check", "check-boards", "up"])
def test_a_script_explains_itself_without_setting_up(name: str) -> None:
    done = subprocess.run(
        [ROOT / "scripts" / name, "--help"], check=True, capture_output=True, text=True, cwd="/"
    )
    assert done.stdout.startswith(f"Usage: scripts/{name}")
    assert done.stderr == ""


def test_every_dependency_is_pinned_to_a_version_it_allows() -> None:
    pins = dict(
        re.findall(r"^([^#=\s]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    )
    pinned = {canonicalize_name(name): version for name, version in pins.items()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    for line in [*project["dependencies"], *(each for extra in extras for each in extra)]:
        wanted = Requirement(line)
        version = pinned.get(canonicalize_name(wanted.name))
        assert version, f"{wanted.name} is not in constraints.txt"
        assert wanted.specifier.contains(version), f"{line}, but constraints.txt has {version}"
