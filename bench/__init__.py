"""`make bench`: hmaint beside its peers, on a fleet of real sshd endpoints of this machine."""
