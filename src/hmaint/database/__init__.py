"""Other people's databases, read safely."""
