"""The pure parts of the bench, and that it leaves nothing running; nothing here is timed."""
