"""The school's own calendar and lesson times: when there is school, and for how long (register.md §6)."""
