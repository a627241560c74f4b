"""Keys for a laptop: made once and kept under VAR. A server (SECURE=1) must bring its own."""

import contextlib
import json
import os
import secrets
from pathlib import Path


def missing() -> bool:
    """Whether keys have to be made: some are not given, and this is no server."""
    is_server = os.environ.get("SECURE", "").lower() in ("1", "true", "yes", "on")
    return not is_server and not {"SECRET_KEY", "DOCUMENT_KEYS"} <= os.environ.keys()


def into_environ(var: Path) -> None:
    """Fill in the keys the environment does not give, unless this is a server."""
    if not missing():
        return
    path = var / "keys.json"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        keys = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DOCUMENT_KEYS": f"1:{secrets.token_urlsafe(32)}",
        }
        # Written aside and linked, so that a second command never reads half a file.
        draft = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(keys, file)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    for name, value in json.loads(path.read_text()).items():
        os.environ.setdefault(name, value)
