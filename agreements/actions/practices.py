"""The catalogue of practices, their transfer and how deep they take root."""
