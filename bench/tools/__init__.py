"""One file per client of the bench."""
