"""Indicators: what is measured, entered and computed."""
