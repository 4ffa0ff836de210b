"""A run in each of the formats people and programs ask for."""
