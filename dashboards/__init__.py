"""What operators see: Grafana boards built from the device kinds."""
