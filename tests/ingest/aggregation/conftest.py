"""Real stores of either sort."""

from tests.ingest.stores.contract.conftest import harness

__all__ = ["harness"]
