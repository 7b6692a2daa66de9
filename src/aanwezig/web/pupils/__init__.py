"""The pupil's page: what people write and decide beside the facts, and the page that shows both together."""
