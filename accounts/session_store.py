"""Sessions in the cache and the database, under keys as we give them."""

from django.contrib.sessions.backends import cached_db


class SessionStore(cached_db.SessionStore):
    def _validate_session_key(self, key):
        """A cookie may hold anything, also what the database takes for no text."""
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()
