"""Diagrams are read, refused, run and stored."""
