"""One file per kind of step: what it asks, and how it reads the answer."""
