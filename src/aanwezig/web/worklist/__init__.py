"""Points in the data to look at: what contradicts itself, what is missing to decide, how fresh it is (product.md)."""
