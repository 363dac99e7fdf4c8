"""Who has to be trained in what by when, and what shows that they are."""
