"""Maintenance of hospital systems: look, judge, record, and fill the hospital's own forms."""

__version__ = "0.1.0"
