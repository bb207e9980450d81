"""The screen « accessibilite »: its page and the pieces only it uses."""
