"""The hash of what people bring, so that everybody can tell whether a copy is the same."""

import hashlib
from typing import Any


def sha256_of(file: Any) -> str:
    """Of all its bytes; the file is afterwards at its beginning again."""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
