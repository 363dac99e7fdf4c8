"""What was asked, what was answered, what is mastered."""
