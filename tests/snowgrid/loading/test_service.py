"""What a load asks the service."""

import pytest
from prometheus_client import generate_latest

from ingest.metrics import registry_of
from ingest.vitals import Vitals
from snowgrid.loading.service import says_subscribed


@pytest.mark.parametrize("subscribed", [True, False])
def test_a_service_takes_messages_when_its_figures_say_so_and_not_when_their_explanation_does(
    subscribed,
):
    vitals = Vitals(started_at=0.0, broker="b:1883")
    vitals.subscribed_since = 1.0 if subscribed else None
    text = generate_latest(registry_of(vitals)).decode()
    assert says_subscribed(text) is subscribed
