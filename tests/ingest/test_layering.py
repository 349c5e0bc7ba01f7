"""Who may import whom; what a module of the project needs is read from its source."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("dashboards", "devices", "ingest", "snowgrid")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

IO_AND_CLOCKS = frozenset(
    {
        "aiohttp",
        "aiomqtt",
        "asyncio",
        "duckdb",
        "influxdb_client",
        "logging",
        "mqtt5",
        "os",
        "pathlib",
        "random",
        "secrets",
        "shutil",
        "signal",
        "socket",
        "subprocess",
        "tempfile",
        "threading",
        "time",
        "uvloop",
    }
)

# Who alone may import a library, as the beginning of a module's name. What `snowgrid check` asks
# is asked beside the service, not through it.
EDGES = {
    "aiohttp": (
        "dashboards.",
        "ingest.alerts.",
        "ingest.http",
        "ingest.stores.influxdb_",
        "ingest.workers.",
        "snowgrid.loading.",
        "snowgrid.servers.",
    ),
    "aiomqtt": (
        "devices.",
        "ingest.alerts.mqtt_output",
        "ingest.check.broker",
        "ingest.dead_letters.replay",
    ),
    "duckdb": ("dashboards.readers.duckdb_", "ingest.check.duckdb", "ingest.stores.duckdb_"),
    "grafana_foundation_sdk": ("dashboards.grafana.",),
    "influxdb_client": ("ingest.stores.influxdb_api",),
    "mqtt5": ("devices.load.", "devices.mqtt.", "ingest.check.broker", "ingest.mqtt."),
    "prometheus_client": ("ingest.http", "ingest.metrics", "ingest.workers.", "snowgrid.loading."),
    "rich": ("snowgrid.",),
    "typer": ("snowgrid.",),
    "uvloop": ("snowgrid.cli.running",),
}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Yield what a module imports anywhere, inside functions and for type checking included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def roots(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(path)}


def in_package(name: str) -> list[Path]:
    return [path for path in SOURCES if f"{module_name(path)}.".startswith(f"{name}.")]


RULES_ON_DISK = {"ingest.rules.files", "ingest.rules.trial_files"}
PURE = (
    *in_package("ingest.core"),
    *in_package("ingest.rollups"),
    *(path for path in in_package("ingest.rules") if module_name(path) not in RULES_ON_DISK),
)


@pytest.mark.parametrize("path", PURE, ids=module_name)
def test_the_core_imports_no_io_no_clock_and_no_asyncio(path: Path):
    assert not roots(path) & IO_AND_CLOCKS


@pytest.mark.parametrize("path", in_package("ingest.core"), ids=module_name)
def test_of_the_service_the_core_imports_only_the_core(path: Path):
    ours = {name for name in imports(path) if name.startswith("ingest.")}
    assert {name for name in ours if not name.startswith("ingest.core.")} == set()


@pytest.mark.parametrize(
    ("package", "never"),
    [
        ("devices", {"ingest", "dashboards", "snowgrid"}),
        ("ingest", {"dashboards", "snowgrid"}),
        ("dashboards", {"ingest", "snowgrid"}),
    ],
)
def test_packages_depend_in_one_direction(package: str, never: set[str]):
    wrong = {module_name(path): roots(path) & never for path in in_package(package)}
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("library", EDGES)
def test_each_edge_is_the_only_importer_of_its_library(library: str):
    importers = {module_name(path) for path in SOURCES if library in roots(path)}
    assert {name for name in importers if not name.startswith(EDGES[library])} == set()


def test_the_service_loads_neither_store_before_the_settings_name_one():
    program = "import sys, ingest.service; print(*{'duckdb', 'influxdb_client'} & set(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == []
