"""Rules that read several observations of a database and say what could be tuned; pure, they ask nobody anything."""
