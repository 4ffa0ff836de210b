"""Records as the paper form has them."""
