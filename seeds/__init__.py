"""Data that a deployment starts from: fleet files of the region. No code."""
