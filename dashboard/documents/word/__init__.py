"""The Word document: its styles, its fields, its file."""
