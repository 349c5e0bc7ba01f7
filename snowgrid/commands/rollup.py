"""`snowgrid rollup`: what can be done about rollups by hand."""

from snowgrid.cli.lazy import new_app
from snowgrid.commands.rollup_rebuild import rebuild_rollups

app = new_app()
app.command("rebuild")(rebuild_rollups)


@app.callback(no_args_is_help=True)
def rollup() -> None:
    """Compute rollups anew from the raw readings in the store.

    The service repairs by itself what late readings or a crash left wrong. By hand it is done
    after readings were put into the store by other ways, or after windows were changed.

    [bold]Examples[/bold]

        snowgrid rollup rebuild --from 1d

        snowgrid rollup rebuild --from 2026-02-01 --to 2026-02-03 --kind snow_gun
    """
