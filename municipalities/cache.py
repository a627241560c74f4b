"""Cache keys carry the scope by construction, so that no entry serves two municipalities."""

from municipalities.rls import current_scope


def scoped_key(key: str, prefix: str, version: int) -> str:
    scope = "-".join(map(str, sorted(current_scope()))) or "none"
    return f"{prefix}:{version}:{scope}:{key}"
