"""What keeps the repository itself in order: messages, reference, services."""
