"""The screen « quartiers »: its page and the pieces only it uses."""
