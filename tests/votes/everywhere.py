"""Whatever an administrator of the servers can read: rows, journal, log, cache, queue and mails.

Two questions are asked of it: does a text appear anywhere, in whatever way of writing; and which
rows have come since a moment.
"""

import base64
import json
import os
import zlib
from itertools import chain

import psycopg
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from psycopg.sql import SQL, Identifier

from decide import servers
from decide.celery import app


OWN = servers.Postgres(servers.var())
IS_EMBEDDED = OWN.urls()["DATABASE_URL"] == os.environ["DATABASE_URL"]


def superuser():
    name = connection.settings_dict["NAME"]
    return psycopg.connect(OWN._url("postgres", "superuser_password", name), autocommit=True)


class Everywhere:
    """From the moment it is made on."""

    def __init__(self, monkeypatch):
        self.queue = []
        with superuser() as root:
            root.execute("CHECKPOINT")
            self.first_journal = root.execute(
                "SELECT pg_walfile_name(pg_current_wal_insert_lsn())"
            ).fetchone()[0]
        self.log_was = OWN.log.stat().st_size
        monkeypatch.setitem(app.conf, "task_always_eager", False)
        monkeypatch.setattr(app.amqp, "send_task_message", self._queued)

    def _queued(self, producer, name, message, **options):
        self.queue.append(repr((name, message)))

    def rows(self):
        """Every row of every table, as (table, JSON)."""
        with superuser() as root:
            tables = root.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            return {
                (table, row)
                for (table,) in tables
                for (row,) in root.execute(
                    SQL("SELECT to_jsonb(t)::text FROM {} t").format(Identifier(table))
                )
            }

    def sessions(self):
        """What was put into them, without the signature and the packing."""
        return [json.dumps(session.get_decoded()) for session in Session.objects.all()]

    def journal(self):
        """The files of the write-ahead log since then, full pages and all."""
        with superuser() as root:
            root.execute("CHECKPOINT")
        for file in sorted((OWN.data / "pg_wal").glob("0000*")):
            if file.is_file() and file.name >= self.first_journal:
                yield file.read_bytes()

    def log(self):
        return OWN.log.read_bytes()[self.log_was :]

    def valkey(self):
        """Every key with its value, of whatever kind."""
        client = redis.from_url(settings.REDIS_URL)
        read = {
            b"string": client.get,
            b"list": lambda key: client.lrange(key, 0, -1),
            b"set": client.smembers,
            b"hash": client.hgetall,
            b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
            b"stream": client.xrange,
        }
        for key in client.scan_iter(count=1000):
            if kind := read.get(client.type(key)):
                yield key + b" " + _bytes(kind(key))

    def mails(self):
        """As they read, not as they are packed for the way."""
        return [
            repr(
                (one.subject, one.body, one.recipients(), getattr(one, "alternatives", ""))
            ).encode()
            for one in mail.outbox
        ]

    def places(self):
        return {
            "tables": (row.encode() for _table, row in self.rows()),
            "sessions": (text.encode() for text in self.sessions()),
            "journal": self.journal(),
            "log": [self.log()],
            "valkey": self.valkey(),
            "queue": (text.encode() for text in self.queue),
            "mails": self.mails(),
        }

    def where(self, *texts):
        """In which places one of the texts can be read, plainly, in hex, in base64 or escaped."""
        ways = {way for text in texts for way in ways_of_writing(text)}
        return {
            place
            for place, blobs in self.places().items()
            if any(way in blob for blob in blobs for way in ways)
        }


def _bytes(value):
    if isinstance(value, bytes):
        try:
            return value + zlib.decompress(value)
        except zlib.error:
            return value
    return repr(value).encode()


def ways_of_writing(text):
    data = text.encode()
    plain = [data, data.hex().encode(), data.hex().upper().encode()]
    plain += [json.dumps(text)[1:-1].encode(), repr(data)[2:-1].encode()]
    # Wherever it stands in what was encoded: its first and last signs depend on what is around it.
    shifted = (base64.b64encode(bytes(shift) + data)[4:-4] for shift in range(3))
    url_safe = (base64.urlsafe_b64encode(bytes(shift) + data)[4:-4] for shift in range(3))
    return set(chain(plain, shifted, url_safe))
