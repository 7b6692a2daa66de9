"""Pictures as SVG, made from plain values and a language: for the report, the pages, print and mail.

No picture reads a register or a database, and none carries a style attribute, so that a page can forbid inline
style and script (docs/decisions/0012-pictures-are-svg-made-on-the-server.md).
"""
