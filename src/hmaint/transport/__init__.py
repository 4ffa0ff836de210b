"""Ways to reach a target: ssh, this machine, and probes from the laptop."""
