"""Tables and queries, one file a table family; never commits and decides nothing."""
