"""People and places from spreadsheets: read, previewed, applied and undone."""
