"""PostgreSQL 12 to 18: what is looked at, and the rules that read it; older servers come out as not examined."""
