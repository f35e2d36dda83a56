"""Tandem: from a parent's few words to the right first visit."""
