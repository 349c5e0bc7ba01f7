"""Several processes that share one stream, each with a part of it that no other one has."""
