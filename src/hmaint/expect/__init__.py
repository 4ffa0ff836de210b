"""Matchers as data: does a value meet a condition, and how did it fail."""
