"""Reads the stores that boards ask: the embedded database, and InfluxDB."""
