"""Tuning applied to real servers, and taken back."""
