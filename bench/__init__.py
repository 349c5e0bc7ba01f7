"""Programs that measure Snowgrid; each has `--help` and ends with one line of JSON."""
