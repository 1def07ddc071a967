"""What the local cloud stores, in SQLite: items in the order of their keys, the table's stream, messages of queues.

A file survives the end of the process at any moment: a request is one transaction, committed before its answer.
Without a file SQLite keeps it in memory, and on disk what does not fit.
"""

import sqlite3
import threading

from engine.json_text import from_text

SCHEMA = """
CREATE TABLE IF NOT EXISTS tables (id INTEGER PRIMARY KEY, account TEXT, region TEXT, name TEXT, ttl TEXT,
  UNIQUE (account, region, name));
CREATE TABLE IF NOT EXISTS items (t INTEGER, pk TEXT, sk TEXT, body TEXT, expires REAL,
  PRIMARY KEY (t, pk, sk)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS expiring ON items (t, expires) WHERE expires IS NOT NULL;
CREATE TABLE IF NOT EXISTS entries (t INTEGER, ix TEXT, hash TEXT, range TEXT, pk TEXT, sk TEXT,
  PRIMARY KEY (t, ix, hash, range, pk, sk)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS indexes (t INTEGER, ix TEXT, hash TEXT, range TEXT, PRIMARY KEY (t, ix)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stream (t INTEGER, n INTEGER, body TEXT, image TEXT, PRIMARY KEY (t, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS horizons (t INTEGER PRIMARY KEY, n INTEGER);
CREATE TABLE IF NOT EXISTS positions (account TEXT, region TEXT, mapping TEXT, n INTEGER,
  PRIMARY KEY (account, region, mapping)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS messages (account TEXT, region TEXT, queue TEXT, id TEXT, body TEXT,
  PRIMARY KEY (account, region, queue, id));
CREATE TABLE IF NOT EXISTS notices (n INTEGER PRIMARY KEY, body TEXT);
CREATE TABLE IF NOT EXISTS states (service TEXT PRIMARY KEY, body TEXT);
"""

# The emulator's sort key of an item in a table without one.
NO_SORT = "__no_sort__"

PUT = """INSERT INTO items VALUES {rows}
  ON CONFLICT (t, pk, sk) DO UPDATE SET body = excluded.body, expires = excluded.expires"""
REMOVE = "DELETE FROM items WHERE t = ? AND pk = ? AND sk = ?"
ENTER = "INSERT OR REPLACE INTO entries VALUES {rows}"
STREAM = "INSERT INTO stream VALUES {rows}"
LEAVE = "DELETE FROM entries WHERE t = ? AND ix = ? AND hash = ? AND range = ? AND pk = ? AND sk = ?"

ROWS_PER_STEP = 250
# Of a store without a file, where nothing has to outlive the process: a commit goes through all pages that have changed.
REQUESTS_PER_COMMIT = 50


class Store:
    def __init__(self, file=""):
        self.lock = threading.RLock()
        self.depth = 0
        self.is_kept = bool(file)
        self.uncommitted = 0
        # Of the transaction that is open: what it read, and what it has yet to write, many rows at a time.
        self.found, self.put, self.entered, self.streamed = {}, {}, {}, []
        self.db = sqlite3.connect(file, isolation_level=None, check_same_thread=False, cached_statements=256)
        self.execute = self.db.execute
        self.execute("PRAGMA page_size = 8192")
        self.execute("PRAGMA cache_size = -262144")
        if file:
            # Nothing is lost when a process is killed; when the machine loses its power, the last moments may be.
            self.execute("PRAGMA journal_mode = WAL")
            self.execute("PRAGMA synchronous = NORMAL")
            self.execute("PRAGMA wal_autocheckpoint = 8000")
        else:
            self.execute("PRAGMA journal_mode = MEMORY")
            self.execute("PRAGMA synchronous = OFF")
        self.db.executescript(SCHEMA)

    def transaction(self):
        """All of it, or nothing; other threads wait. Within another it is part of that."""
        return self

    def __enter__(self):
        self.lock.acquire()
        self.depth += 1
        if self.depth == 1:
            if not self.db.in_transaction:
                self.execute("BEGIN")
            if not self.is_kept:
                self.execute("SAVEPOINT request")

    def __exit__(self, kind, error, trace):
        try:
            if self.depth == 1:
                self.end(error is None)
        finally:
            self.depth -= 1
            self.lock.release()

    def end(self, is_right):
        is_done = False
        try:
            if is_right:
                self.flush()
                self.commit()
                is_done = True
        finally:
            if not is_done:
                self.undo()
            for of in (self.found, self.put, self.entered, self.streamed):
                of.clear()

    def commit(self):
        if not self.is_kept:
            self.execute("RELEASE request")
            self.uncommitted += 1
            if self.uncommitted < REQUESTS_PER_COMMIT:
                return
            self.uncommitted = 0
        self.execute("COMMIT")

    def undo(self):
        if not self.db.in_transaction:
            return
        if self.is_kept:
            self.execute("ROLLBACK")
        else:
            self.execute("ROLLBACK TO request")
            self.execute("RELEASE request")

    def flush(self):
        if self.put:
            self.insert(PUT, [(*key, *row) for key, row in self.put.items() if row])
            self.remove(REMOVE, [key for key, row in self.put.items() if not row])
            self.put.clear()
        if self.entered:
            self.insert(ENTER, [entry for entry, is_there in self.entered.items() if is_there])
            self.remove(LEAVE, [entry for entry, is_there in self.entered.items() if not is_there])
            self.entered.clear()
        if self.streamed:
            self.insert(STREAM, self.streamed)
            self.streamed.clear()

    def insert(self, statement, rows):
        """Many rows in one step: after each, other threads may take the interpreter, and keep it for a while."""
        for start in range(0, len(rows), ROWS_PER_STEP):
            some = rows[start : start + ROWS_PER_STEP]
            marks = f"({', '.join('?' * len(some[0]))})"
            self.execute(statement.format(rows=", ".join([marks] * len(some))), [value for row in some for value in row])

    def remove(self, statement, rows):
        if rows:
            self.db.executemany(statement, rows)

    def one(self, statement, *values):
        return self.all(statement, *values)[0]

    def first(self, statement, *values):
        return next(iter(self.all(statement, *values)), None)

    def all(self, statement, *values):
        with self.lock:
            self.flush()
            return self.execute(statement, values).fetchall()

    def find(self, key):
        """An item, by the number of its table and its keys."""
        with self.lock:
            if key in self.found:
                return self.found[key]
            row = self.execute("SELECT body FROM items WHERE t = ? AND pk = ? AND sk = ?", key).fetchone()
            item = None if row is None else from_text(row[0])
            if self.depth:
                self.found[key] = item
            return item

    def find_many(self, t, keys):
        """Reads at once what is going to be asked for, within a transaction."""
        keys = [key for key in keys if (t, *key) not in self.found]
        self.found.update(((t, *key), None) for key in keys)
        self.found.update(((t, pk, sk), from_text(body)) for pk, sk, body in self.select(t, keys))

    def texts(self, t, keys):
        """Those that are there, in the order of their keys as given."""
        self.flush()
        there = {(pk, sk): body for pk, sk, body in self.select(t, keys)}
        return [there[key] for key in keys if key in there]

    def select(self, t, keys):
        if not keys:
            return []
        wanted = ", ".join(["(?, ?)"] * len(keys))
        return self.execute(
            f"WITH wanted (pk, sk) AS (VALUES {wanted}) SELECT i.pk, i.sk, i.body FROM wanted w"
            " CROSS JOIN items i ON i.t = ? AND i.pk = w.pk AND i.sk = w.sk",
            [*(text for key in keys for text in key), t],
        ).fetchall()

    def table(self, account, region, name):
        """The number of a table, which is the same after the next start."""
        with self.transaction():
            self.execute("INSERT OR IGNORE INTO tables (account, region, name) VALUES (?, ?, ?)", (account, region, name))
            return self.one("SELECT id FROM tables WHERE account = ? AND region = ? AND name = ?", account, region, name)[0]

    def forget_items(self, t):
        with self.transaction():
            for of in ("items", "entries", "indexes"):
                self.execute(f"DELETE FROM {of} WHERE t = ?", (t,))

    def forget_stream(self, t):
        with self.transaction():
            self.execute("DELETE FROM stream WHERE t = ?", (t,))
            self.execute("DELETE FROM horizons WHERE t = ?", (t,))
