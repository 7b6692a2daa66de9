"""The demonstration: a made-up partnership in a database of its own. Nobody in it exists."""
