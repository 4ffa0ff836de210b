"""Slow logs of every version and form, sound and hostile."""
