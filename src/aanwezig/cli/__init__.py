"""The command line: reads what somebody types, calls the library, writes the answer (docs/specification/interfaces.md)."""
