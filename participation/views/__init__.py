"""Pages of what all rooms share, one file for each noun."""
