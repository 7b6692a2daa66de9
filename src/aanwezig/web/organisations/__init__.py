"""Partnerships, boards, schools, municipalities, care providers, arrangements, and who does what for them."""
