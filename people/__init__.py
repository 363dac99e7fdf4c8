"""Who somebody is, where they serve, and what they may see and do."""
