"""SQLite files: bedside stations, interface buffers, the demonstration; what is looked at, and the rules that read it."""
