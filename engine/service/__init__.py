"""The verbs, one file a kind of work: open the unit, fetch for the acting person, decide, record."""
