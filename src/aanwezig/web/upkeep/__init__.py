"""What a school sets and clears up: thresholds beside their source, reason codes, how long data stay."""
