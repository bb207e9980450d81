"""The PDF document, by Typst."""
