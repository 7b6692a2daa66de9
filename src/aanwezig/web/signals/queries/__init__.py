"""Questions about signals, reviews and steps: frozen values, few queries."""
