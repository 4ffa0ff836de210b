"""What is owed by when: pure functions over days and events."""
