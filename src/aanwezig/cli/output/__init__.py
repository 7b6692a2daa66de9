"""The forms of an answer: text for people, JSON and CSV for programs, a spreadsheet, and the HTML report."""
