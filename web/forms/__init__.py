"""Forms as pages: reading what was typed, spreading values into inputs, one page of fields."""
