"""What a database is made of, asked of its catalogue: one file an engine, then one way to read the answers."""
