"""Forms and fields, one file for each noun."""
