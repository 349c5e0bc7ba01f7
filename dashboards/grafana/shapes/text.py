"""Words."""

from grafana_foundation_sdk.builders import text as texts
from grafana_foundation_sdk.models import dashboard as sdk
from grafana_foundation_sdk.models.text import TextMode

from dashboards.model.panel import Panel


def text(panel: Panel) -> sdk.Panel:
    """Return Markdown."""
    return texts.Panel().mode(TextMode.MARKDOWN).content(panel.text).build()
