"""The command line: the only place that knows `devices`, `ingest` and `dashboards`."""
