"""What is taught, to whom, and which lessons somebody has finished."""
