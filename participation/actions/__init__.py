"""What people make happen, one file for each noun."""
