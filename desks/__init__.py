"""The first screen of everybody with others to look after: what there is to do today."""
