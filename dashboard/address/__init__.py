"""The address of a view: parsed here, checked against the release, never trusted, and written back."""
