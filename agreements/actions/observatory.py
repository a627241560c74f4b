"""What everybody reads of all this."""
