"""The reviewable source of the shipped Word templates; `python -m hmaint.report.source` builds them."""
