"""The spreadsheet of a commune."""
