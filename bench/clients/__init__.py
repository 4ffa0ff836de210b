"""Scripts that run inside the peers' venvs."""
