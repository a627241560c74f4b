"""What votes on short statements say, as numbers alone: no database, no names, no luck.

The same votes always give the same answer. Why each method: docs/decisions/0050.
"""
