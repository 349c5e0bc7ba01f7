"""`snowgrid dashboards`: what operators see, for Grafana and for the browser."""

from snowgrid.cli.lazy import new_app
from snowgrid.commands.dashboards_build import build_dashboards

app = new_app()
app.command("build")(build_dashboards)


@app.callback(no_args_is_help=True)
def dashboards() -> None:
    """Build the boards that operators look at.

    [bold]Examples[/bold]

        snowgrid dashboards build --out grafana/

        snowgrid dashboards build --check
    """
