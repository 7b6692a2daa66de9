"""The command line: reads what somebody types, calls the library, writes the answer (domain/interfaces.md)."""
