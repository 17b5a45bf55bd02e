"""The services over a real database with a register's people: village, township, civil affairs, school, police."""

from __future__ import annotations

from tests.security.conftest import Land, app, browser_of, land, services

__all__ = ["Land", "app", "browser_of", "land", "services"]
