"""How participation stood, and where to begin."""
