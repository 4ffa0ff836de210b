"""Playbook × inventory → plan → observations → findings."""
