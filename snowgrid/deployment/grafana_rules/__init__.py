"""Alert rules as Grafana evaluates them itself, on what is stored."""
