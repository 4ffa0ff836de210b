"""The shipped catalogues against real systems, ill and healthy."""
