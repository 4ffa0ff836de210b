"""Backups that somebody else made: what is asked of their holder, and what its answers mean. No I/O, no clock."""
