"""The page of a school: its figures for the people who work there. Numbers about groups do not leave from here."""
