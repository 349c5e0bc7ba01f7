"""What a board is, before anybody draws it: Grafana and the browser read the same objects."""
