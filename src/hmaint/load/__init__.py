"""Files that people write, turned into the model or refused with their place."""
