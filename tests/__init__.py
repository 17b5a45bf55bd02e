"""The tests; each package tests one part through the door that its users use."""
