"""What another portal's open data brings: the proposals of a CONSUL export and their comments."""
