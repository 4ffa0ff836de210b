"""What is told of each kind of matter."""
