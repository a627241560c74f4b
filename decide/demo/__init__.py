"""The demo: real municipalities, invented people and what they propose.

Texts lie in the .toml files beside, one for each open municipality. Everything is counted
from the day it is loaded, by fixed rules, so that it always looks alive and always alike.
"""
