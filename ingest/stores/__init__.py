"""Where committed readings go: InfluxDB behind a spool, or an embedded DuckDB file."""
