"""The pupil's pages, a module per subject."""
