"""Oracle 11.2 to 23ai by its catalogue: only views that need no pack; no server of it could be asked, see the tests."""
