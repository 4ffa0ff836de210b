"""The database dictionary, held against real servers."""
