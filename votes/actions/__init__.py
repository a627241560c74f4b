"""What people and the clock make happen to polls and their urns."""
