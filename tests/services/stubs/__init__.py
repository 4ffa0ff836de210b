"""Modules that stand in for drivers that cannot be installed here."""
