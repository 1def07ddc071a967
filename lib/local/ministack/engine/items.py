"""The stored items of a table as a dictionary of dictionaries, which the emulator expects."""

from collections.abc import Mapping

from engine.json_text import from_text, to_text


class Items(Mapping):
    """Partitions by partition key."""

    def __init__(self, store, t):
        self.store, self.t, self.indexes, self.schemas = store, t, None, []
        self.ttl, = store.one("SELECT ttl FROM tables WHERE id = ?", t)

    def get(self, pk, default=None):
        # Callers look up a sort key next, so a query for the partition would be wasted.
        return Partition(self, pk)

    def __getitem__(self, pk):
        return Partition(self, pk)

    def __contains__(self, pk):
        return self.store.first("SELECT 1 FROM items WHERE t = ? AND pk = ? LIMIT 1", self.t, pk) is not None

    def __iter__(self):
        return iter([pk for pk, in self.store.all("SELECT DISTINCT pk FROM items WHERE t = ? ORDER BY pk", self.t)])

    def __len__(self):
        return self.store.one("SELECT count(DISTINCT pk) FROM items WHERE t = ?", self.t)[0]

    def count(self):
        return self.store.one("SELECT count(*) FROM items WHERE t = ?", self.t)[0]

    def find(self, pk, sk):
        return self.store.find((self.t, pk, sk))

    def put(self, pk, sk, item, old):
        with self.store.transaction():
            key = (self.t, pk, sk)
            self.store.item_cache[key] = item
            self.store.pending_items[key] = (to_text(item), number(item.get(self.ttl)))
            self.update_entries(pk, sk, old, item)

    def remove(self, pk, sk, old):
        with self.store.transaction():
            key = (self.t, pk, sk)
            self.store.item_cache[key] = self.store.pending_items[key] = None
            self.update_entries(pk, sk, old, None)

    def update_entries(self, pk, sk, old, new):
        """Updates the entries of every index. An item without one of the index's keys has no entry."""
        for ix, hash_key, range_key in self.indexes:
            before, after = entry_of(old, hash_key, range_key), entry_of(new, hash_key, range_key)
            if before == after:
                continue
            if before is not None:
                self.store.pending_entries[self.t, ix, *before, pk, sk] = False
            if after is not None:
                self.store.pending_entries[self.t, ix, *after, pk, sk] = True

    def set_indexes(self, indexes):
        """Builds the new indexes and removes those that are no longer listed."""
        if self.indexes == indexes:
            return
        with self.store.transaction():
            existing = [tuple(row) for row in self.store.all("SELECT ix, hash, range FROM indexes WHERE t = ?", self.t)]
            for ix, *_ in set(existing) - set(indexes):
                self.store.execute("DELETE FROM entries WHERE t = ? AND ix = ?", (self.t, ix))
                self.store.execute("DELETE FROM indexes WHERE t = ? AND ix = ?", (self.t, ix))
            self.indexes = [index for index in indexes if index not in existing]
            if self.indexes:
                for pk, sk, body in self.store.all("SELECT pk, sk, body FROM items WHERE t = ?", self.t):
                    self.update_entries(pk, sk, None, from_text(body))
                self.store.db.executemany(
                    "INSERT INTO indexes VALUES (?, ?, ?, ?)", [(self.t, *index) for index in self.indexes]
                )
            self.indexes = indexes

    def expire_by(self, attribute):
        if attribute == self.ttl:
            return
        with self.store.transaction():
            self.store.execute(
                "UPDATE items SET expires = CAST(json_extract(body, ?) AS REAL) WHERE t = ?",
                (f'$."{attribute}".N', self.t),
            )
            self.store.execute("UPDATE tables SET ttl = ? WHERE id = ?", (attribute, self.t))
            self.ttl = attribute

    def expired(self, now):
        return self.store.all("SELECT pk, sk FROM items WHERE t = ? AND expires <= ?", self.t, now)

    def __deepcopy__(self, memo):
        return {pk: dict(partition) for pk, partition in self.items()}


class Partition(Mapping):
    """Items by sort key."""

    def __init__(self, items, pk):
        self.owner, self.pk = items, pk

    def get(self, sk, default=None):
        item = self.owner.find(self.pk, sk)
        return default if item is None else item

    def __getitem__(self, sk):
        item = self.owner.find(self.pk, sk)
        if item is None:
            raise KeyError(sk)
        return item

    def __contains__(self, sk):
        return self.owner.find(self.pk, sk) is not None

    def __iter__(self):
        return iter([sk for sk, _ in self.rows()])

    def __len__(self):
        return self.owner.store.one("SELECT count(*) FROM items WHERE t = ? AND pk = ?", self.owner.t, self.pk)[0]

    def values(self):
        return [from_text(body) for _, body in self.rows()]

    def items(self):
        return [(sk, from_text(body)) for sk, body in self.rows()]

    def rows(self):
        return self.owner.store.all("SELECT sk, body FROM items WHERE t = ? AND pk = ? ORDER BY sk", self.owner.t, self.pk)

    def __deepcopy__(self, memo):
        return dict(self.items())


def entry_of(item, hash_key, range_key):
    """The keys of an item in an index, or None if it is not in it."""
    if item is None:
        return None
    at_hash = item.get(hash_key, NONE).get("S")
    at_range = "" if range_key is None else item.get(range_key, NONE).get("S")
    return None if at_hash is None or at_range is None else (at_hash, at_range)


def number(value):
    return float(value["N"]) if value and "N" in value else None


NONE = {}
