"""Cache keys carry the scope by construction, so that no entry serves two municipalities."""

from hashlib import sha256

from municipalities.rls import current_scope


LONGEST = 100  # the scope of a region names all of its municipalities


def scoped_key(key: str, prefix: str, version: int) -> str:
    scope = "-".join(map(str, sorted(current_scope()))) or "none"
    if len(scope) > LONGEST:
        scope = sha256(scope.encode()).hexdigest()
    return f"{prefix}:{version}:{scope}:{key}"
