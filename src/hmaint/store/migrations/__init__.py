"""The steps from each older shape of the tables to the newest; alembic runs them."""
