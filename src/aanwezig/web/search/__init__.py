"""Finding pupils: the list with filters, searching by name or number, saved filters, one action for several."""
