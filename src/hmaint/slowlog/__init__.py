"""Slow logs of MySQL, MariaDB and PostgreSQL, read where they lie: statements grouped by their text without literals.

`masking`, `canonical`, `tally`, `mysql`, `postgresql` and `scan` also run on the host that has the log, as one
program (`program`) on whatever Python 3.6 or later it has: they use nothing newer and nothing of hmaint but each other.
"""
