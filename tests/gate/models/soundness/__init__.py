"""Soundness: diagrams that can be read, and still stall, spin or run on past their end."""

DEADLOCK, MULTIPLE, LIVELOCK = "deadlock", "lack-of-synchronisation", "livelock"
#: A condition of which nobody knows anything.
IF = "poor = true"
