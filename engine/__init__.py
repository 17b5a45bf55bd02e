"""Shouhu's engine: everything but the pages."""
