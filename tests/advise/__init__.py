"""Rules over a whole database, tried on real servers with planted defects and on their healthy twins."""
