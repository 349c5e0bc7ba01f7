"""`snowgrid dashboards`: what operators see, for Grafana and for the browser."""

from snowgrid.cli.lazy import new_app
from snowgrid.commands.dashboards_build import build_dashboards
from snowgrid.commands.dashboards_preview import preview_dashboards
from snowgrid.commands.dashboards_serve import serve_dashboards

app = new_app()
app.command("serve")(serve_dashboards)
app.command("preview")(preview_dashboards)
app.command("build")(build_dashboards)


@app.callback(no_args_is_help=True)
def dashboards() -> None:
    """Show the boards that operators look at, or build them for Grafana.

    [bold]Examples[/bold]

        snowgrid dashboards serve --store data/demo.duckdb

        snowgrid dashboards build --out grafana/

        snowgrid dashboards build --check
    """
