"""Boards as Grafana shows them: InfluxQL for its queries, JSON for its dashboards."""
