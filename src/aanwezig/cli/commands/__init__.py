"""One module per command: its options, and which part of the library answers."""
