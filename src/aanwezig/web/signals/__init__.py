"""Following up signals: seen, explained, muted; and the steps that a school agreed on (product.md, Signals that help)."""
