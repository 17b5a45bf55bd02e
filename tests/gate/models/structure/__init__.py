"""Structure: what cannot be run as it is drawn."""
