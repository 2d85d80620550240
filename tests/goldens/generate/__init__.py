"""Generators of the golden values: synthetic inputs, run through the official packages."""
