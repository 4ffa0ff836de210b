"""SQLite files, such as bedside stations keep: what is looked at, and the rules that read it."""
