"""The items of a table in the store, in the shape that the emulator knows: a dictionary of dictionaries."""

from collections.abc import Mapping

from engine.json_text import from_text, to_text


class Items(Mapping):
    """By partition key."""

    def __init__(self, store, t):
        self.store, self.t, self.indexes, self.schemas = store, t, None, []
        self.ttl, = store.one("SELECT ttl FROM tables WHERE id = ?", t)

    def get(self, pk, default=None):
        # Callers go on to ask it for a sort key: whether there is any item is not worth a question.
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
            self.store.found[key] = item
            self.store.put[key] = (to_text(item), number(item.get(self.ttl)))
            self.enter(pk, sk, old, item)

    def remove(self, pk, sk, old):
        with self.store.transaction():
            key = (self.t, pk, sk)
            self.store.found[key] = self.store.put[key] = None
            self.enter(pk, sk, old, None)

    def enter(self, pk, sk, old, new):
        """Keeps the entries of every index, of which an item without one of its keys has none."""
        for ix, hash_key, range_key in self.indexes:
            before, after = place(old, hash_key, range_key), place(new, hash_key, range_key)
            if before == after:
                continue
            if before is not None:
                self.store.entered[self.t, ix, *before, pk, sk] = False
            if after is not None:
                self.store.entered[self.t, ix, *after, pk, sk] = True

    def index(self, wanted):
        """Builds the indexes that are new, and leaves out those that have gone."""
        if self.indexes == wanted:
            return
        with self.store.transaction():
            there = [tuple(row) for row in self.store.all("SELECT ix, hash, range FROM indexes WHERE t = ?", self.t)]
            for ix, *_ in set(there) - set(wanted):
                self.store.execute("DELETE FROM entries WHERE t = ? AND ix = ?", (self.t, ix))
                self.store.execute("DELETE FROM indexes WHERE t = ? AND ix = ?", (self.t, ix))
            self.indexes = [index for index in wanted if index not in there]
            if self.indexes:
                for pk, sk, body in self.store.all("SELECT pk, sk, body FROM items WHERE t = ?", self.t):
                    self.enter(pk, sk, None, from_text(body))
                self.store.db.executemany(
                    "INSERT INTO indexes VALUES (?, ?, ?, ?)", [(self.t, *index) for index in self.indexes]
                )
            self.indexes = wanted

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
    """By sort key."""

    def __init__(self, items, pk):
        self.of, self.pk = items, pk

    def get(self, sk, default=None):
        item = self.of.find(self.pk, sk)
        return default if item is None else item

    def __getitem__(self, sk):
        item = self.of.find(self.pk, sk)
        if item is None:
            raise KeyError(sk)
        return item

    def __contains__(self, sk):
        return self.of.find(self.pk, sk) is not None

    def __iter__(self):
        return iter([sk for sk, _ in self.rows()])

    def __len__(self):
        return self.of.store.one("SELECT count(*) FROM items WHERE t = ? AND pk = ?", self.of.t, self.pk)[0]

    def values(self):
        return [from_text(body) for _, body in self.rows()]

    def items(self):
        return [(sk, from_text(body)) for sk, body in self.rows()]

    def rows(self):
        return self.of.store.all("SELECT sk, body FROM items WHERE t = ? AND pk = ? ORDER BY sk", self.of.t, self.pk)

    def __deepcopy__(self, memo):
        return dict(self.items())


def place(item, hash_key, range_key):
    """Where an index has it."""
    if item is None:
        return None
    at_hash = item.get(hash_key, NONE).get("S")
    at_range = "" if range_key is None else item.get(range_key, NONE).get("S")
    return None if at_hash is None or at_range is None else (at_hash, at_range)


def number(value):
    return float(value["N"]) if value and "N" in value else None


NONE = {}
