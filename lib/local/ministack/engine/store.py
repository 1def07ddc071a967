"""Stores items in the order of their keys, streams of tables, and messages of queues, in SQLite.

Each request is one transaction. With a file, it is committed before the response, so a killed process loses nothing.
Without a file, SQLite uses memory, and a temporary file for what does not fit.
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

# The sort key that the emulator uses in tables without one.
NO_SORT = "__no_sort__"

PUT = """INSERT INTO items VALUES {rows}
  ON CONFLICT (t, pk, sk) DO UPDATE SET body = excluded.body, expires = excluded.expires"""
REMOVE = "DELETE FROM items WHERE t = ? AND pk = ? AND sk = ?"
ADD_ENTRY = "INSERT OR REPLACE INTO entries VALUES {rows}"
STREAM = "INSERT INTO stream VALUES {rows}"
REMOVE_ENTRY = "DELETE FROM entries WHERE t = ? AND ix = ? AND hash = ? AND range = ? AND pk = ? AND sk = ?"

ROWS_PER_STEP = 250
# Without a file nothing has to survive the process, and a commit visits all changed pages.
REQUESTS_PER_COMMIT = 50


class Store:
    def __init__(self, file=""):
        self.lock = threading.RLock()
        self.depth = 0
        self.is_persistent = bool(file)
        self.uncommitted = 0
        # Items that the open transaction has read, and rows that it will write together.
        self.item_cache, self.pending_items, self.pending_entries, self.pending_records = {}, {}, {}, []
        self.db = sqlite3.connect(file, isolation_level=None, check_same_thread=False, cached_statements=256)
        self.execute = self.db.execute
        self.execute("PRAGMA page_size = 8192")
        self.execute("PRAGMA cache_size = -262144")
        if file:
            # A killed process loses nothing. A power failure may lose the last moments.
            self.execute("PRAGMA journal_mode = WAL")
            self.execute("PRAGMA synchronous = NORMAL")
            self.execute("PRAGMA wal_autocheckpoint = 8000")
        else:
            self.execute("PRAGMA journal_mode = MEMORY")
            self.execute("PRAGMA synchronous = OFF")
        self.db.executescript(SCHEMA)

    def transaction(self):
        """Writes all or nothing, while other threads wait. A nested transaction joins the outer one."""
        return self

    def __enter__(self):
        self.lock.acquire()
        self.depth += 1
        if self.depth == 1:
            if not self.db.in_transaction:
                self.execute("BEGIN")
            if not self.is_persistent:
                self.execute("SAVEPOINT request")

    def __exit__(self, kind, error, trace):
        try:
            if self.depth == 1:
                self.end(error is None)
        finally:
            self.depth -= 1
            self.lock.release()

    def end(self, has_succeeded):
        is_committed = False
        try:
            if has_succeeded:
                self.flush()
                self.commit()
                is_committed = True
        finally:
            if not is_committed:
                self.undo()
            for rows in (self.item_cache, self.pending_items, self.pending_entries, self.pending_records):
                rows.clear()

    def commit(self):
        if not self.is_persistent:
            self.execute("RELEASE request")
            self.uncommitted += 1
            if self.uncommitted < REQUESTS_PER_COMMIT:
                return
            self.uncommitted = 0
        self.execute("COMMIT")

    def undo(self):
        if not self.db.in_transaction:
            return
        if self.is_persistent:
            self.execute("ROLLBACK")
        else:
            self.execute("ROLLBACK TO request")
            self.execute("RELEASE request")

    def flush(self):
        if self.pending_items:
            self.insert(PUT, [(*key, *row) for key, row in self.pending_items.items() if row])
            self.remove(REMOVE, [key for key, row in self.pending_items.items() if not row])
            self.pending_items.clear()
        if self.pending_entries:
            self.insert(ADD_ENTRY, [entry for entry, is_present in self.pending_entries.items() if is_present])
            self.remove(REMOVE_ENTRY, [entry for entry, is_present in self.pending_entries.items() if not is_present])
            self.pending_entries.clear()
        if self.pending_records:
            self.insert(STREAM, self.pending_records)
            self.pending_records.clear()

    def insert(self, statement, rows):
        """Inserts many rows by one statement: after each statement, another thread may take the interpreter."""
        for start in range(0, len(rows), ROWS_PER_STEP):
            step = rows[start : start + ROWS_PER_STEP]
            marks = f"({', '.join('?' * len(step[0]))})"
            self.execute(statement.format(rows=", ".join([marks] * len(step))), [value for row in step for value in row])

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
        """Reads an item by the id of its table and its keys."""
        with self.lock:
            if key in self.item_cache:
                return self.item_cache[key]
            row = self.execute("SELECT body FROM items WHERE t = ? AND pk = ? AND sk = ?", key).fetchone()
            item = None if row is None else from_text(row[0])
            if self.depth:
                self.item_cache[key] = item
            return item

    def find_many(self, t, keys):
        """Reads items by one query, for later calls of `find` in the transaction."""
        keys = [key for key in keys if (t, *key) not in self.item_cache]
        self.item_cache.update(((t, *key), None) for key in keys)
        self.item_cache.update(((t, pk, sk), from_text(body)) for pk, sk, body in self.select(t, keys))

    def texts(self, t, keys):
        """The JSON of the items that exist, in the order of the keys."""
        self.flush()
        bodies = {(pk, sk): body for pk, sk, body in self.select(t, keys)}
        return [bodies[key] for key in keys if key in bodies]

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
        """The id of a table, which stays the same after a restart."""
        with self.transaction():
            self.execute("INSERT OR IGNORE INTO tables (account, region, name) VALUES (?, ?, ?)", (account, region, name))
            return self.one("SELECT id FROM tables WHERE account = ? AND region = ? AND name = ?", account, region, name)[0]

    def delete_items(self, t):
        with self.transaction():
            for name in ("items", "entries", "indexes"):
                self.execute(f"DELETE FROM {name} WHERE t = ?", (t,))

    def delete_stream(self, t):
        with self.transaction():
            self.execute("DELETE FROM stream WHERE t = ?", (t,))
            self.execute("DELETE FROM horizons WHERE t = ?", (t,))
