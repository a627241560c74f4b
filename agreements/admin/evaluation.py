"""Quality, learning, recognition, and what others say."""
