"""The rules as functions of data: no I/O, no clock, no framework; imports the standard library only."""
