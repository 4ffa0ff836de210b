"""What runs of db-tune are called in the records: looks, what was applied, what was taken back."""

COMMAND = "db-tune"
LOOKED = "db-tune"
"""Playbooks of the three kinds of run."""
APPLIED = "db-tune/apply"
UNDONE = "db-tune/undo"
MODE = "远程"
