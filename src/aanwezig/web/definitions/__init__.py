"""How something is counted and which rule says so: pages made from the rules' and measures' own data."""
