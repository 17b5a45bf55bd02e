"""The outside world behind small ports: keys, files, the database server, notices."""
