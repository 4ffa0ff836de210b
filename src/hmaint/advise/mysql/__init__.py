"""MySQL 5.6 to 9 and MariaDB 10.3 to 11.8: what is looked at, and the rules that read it."""
