"""The boards in a browser, without Grafana: a small server, and pages that need none."""
