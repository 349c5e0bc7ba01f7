"""Fleet files: which devices stand where, and how often they report."""
