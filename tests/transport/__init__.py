"""Ways to a target, one by one."""
