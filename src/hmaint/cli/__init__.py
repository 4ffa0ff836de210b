"""Words in, words out, an exit status."""
