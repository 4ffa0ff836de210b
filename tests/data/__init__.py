"""Checks of business data, against real servers with defects planted."""
