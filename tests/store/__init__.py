"""Tables, migrations, row-level security, journal, vault, people and files."""
