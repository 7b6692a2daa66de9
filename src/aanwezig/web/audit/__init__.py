"""Who read and who changed what, apart from the data; breaking the glass."""
