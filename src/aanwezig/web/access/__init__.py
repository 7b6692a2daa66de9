"""Who may do what to which: one table, read by actions, pages, exports, API and tests."""
