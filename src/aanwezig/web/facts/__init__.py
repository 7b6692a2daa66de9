"""The register in the database: bitemporal rows, imports, calendars (docs/specification/register.md)."""
