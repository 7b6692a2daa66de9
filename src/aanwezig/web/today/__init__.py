"""The first page: what asks for a person today, for each role what is theirs."""
