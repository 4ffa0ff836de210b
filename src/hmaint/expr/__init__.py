"""The two small languages inside a playbook: conditions and templates, sandboxed."""
