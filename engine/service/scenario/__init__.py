"""Golden cases: read a scenario, play it through the real verbs, say what was expected and what was there."""
