"""Backups restored on trial into a throwaway server: what is sent to the drill host, and what its answers mean."""
