"""The pages: read input, call one verb, render or redirect. Imports engine.service and engine.core only."""
