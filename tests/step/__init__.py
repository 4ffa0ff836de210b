"""Kinds of step, one by one."""
