"""A load from the command to its verdict: publishers, the service, the store, the report."""
