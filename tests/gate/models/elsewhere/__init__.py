"""Code where no code belongs: conditions, timers, properties, names, tables, forms."""

#: What payloads do wherever they are put.
PYTHON = "__import__('os').system('touch @CANARY@')"
OPEN = "open('@CANARY@', 'w')"
