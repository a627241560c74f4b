"""How gunicorn serves the site, on a laptop and on a server. PORT and WEB_CONCURRENCY may differ."""

import gc
import os
import sys


bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
preload_app = True  # imported once, shared by the workers
timeout = 60
graceful_timeout = 5
accesslog = None
# Addresses and documents are in the requests: nothing of them is written down here.
loglevel = "warning"


def post_fork(server, worker):
    """What is loaded stays: never look through it for garbage again. And a thread that waits
    for the database gets its turn back in half a millisecond, not in five."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    sys.setswitchinterval(0.0005)
