"""The deployment that most of these tests look at."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import started
from tests.deployment.stack import DeployedMosquitto, made


@pytest.fixture(scope="session")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all secrets; not to be changed."""
    root = tmp_path_factory.mktemp("deployment")
    made(root)
    return root


@pytest.fixture(scope="session")
def deployed_broker(
    deployment: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DeployedMosquitto]:
    """The deployed broker, shared; keep to topics of your own."""
    with started(DeployedMosquitto(tmp_path_factory.mktemp("deployed"), deployment)) as server:
        yield server
