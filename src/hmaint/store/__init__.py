"""Records that outlive the run."""
