"""The screen « priorites »: its page and the pieces only it uses."""
