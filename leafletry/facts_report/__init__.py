"""The fact report: each fact with every sentence that uses it, for an editor to read."""
