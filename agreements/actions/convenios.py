"""Convenios: their states, parties, clauses, papers, addenda and reports."""
