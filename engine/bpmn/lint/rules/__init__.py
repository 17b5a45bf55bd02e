"""One rule a module; the module is named as the rule, with underscores. docs/rules/ has a page for each."""
