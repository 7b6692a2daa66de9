"""What the rules and measures say of the facts, kept for fast pages and made anew when facts change."""
