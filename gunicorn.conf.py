"""How gunicorn serves the site, on a laptop and on a server. PORT and WEB_CONCURRENCY may differ."""

import os


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
