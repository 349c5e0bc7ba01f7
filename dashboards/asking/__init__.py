"""Short ways to say what boards ask again and again; every name is checked while they are built."""
