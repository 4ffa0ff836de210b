"""Restore drills, against real servers."""
