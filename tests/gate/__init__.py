"""Faulty models of every class with their mended twins, put to the real gate."""
