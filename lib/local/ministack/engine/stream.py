"""Stores the change records of a table, so that a restart loses none that a consumer has yet to read."""

import time

from engine.store import NO_SORT
from engine.json_text import from_text, to_text
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import dynamodb

# How many records stay that every consumer has read. AWS keeps a day of them, which would fill memory here.
RETAINED_RECORDS = 10_000
TRIM_SECONDS = 60


class Records:
    """Change records as a list, which the emulator expects."""

    def __init__(self, store, t):
        self.store, self.t = store, t
        horizon = store.first("SELECT n FROM horizons WHERE t = ?", t)
        last = store.one("SELECT max(n) FROM stream WHERE t = ?", t)[0]
        self.first = horizon[0] if horizon else 0
        self.next = self.first if last is None else last + 1

    def append(self, record):
        change = record["dynamodb"]
        image = change.pop("NewImage", None)
        with self.store.transaction():
            # The JSON of the item that the same request has just written, in most cases.
            row = None if image is None else self.store.pending_items.get(self.key(change["Keys"]))
            text = None if image is None else row[0] if row else to_text(image)
            self.store.pending_records.append((self.t, self.next, to_text(record), text))
        self.next += 1

    def key(self, keys):
        texts = [value.get("S") for value in keys.values()]
        return (self.t, texts[0], texts[1] if len(texts) > 1 else NO_SORT)

    def __len__(self):
        return self.next - self.first

    def __iter__(self):
        return iter(self[:])

    def __getitem__(self, at):
        if isinstance(at, slice):
            low, high, _ = at.indices(len(self))
            sql = "SELECT body, image FROM stream WHERE t = ? AND n >= ? AND n < ? ORDER BY n"
            return [record_of(*row) for row in self.store.all(sql, self.t, self.first + low, self.first + high)]
        return self[at : at + 1][0]

    def __delitem__(self, at):
        horizon = self.first + at.indices(len(self))[1]
        with self.store.transaction():
            self.store.execute("DELETE FROM stream WHERE t = ? AND n < ?", (self.t, horizon))
            self.store.execute("INSERT OR REPLACE INTO horizons VALUES (?, ?)", (self.t, horizon))
        self.first = horizon


def recorder_of(table):
    """Returns a function that records the puts of one request. The emulator records them if more than the stream reads them."""
    name, stream = table["TableName"], table.get("StreamSpecification") or {}
    emit = dynamodb._emit_stream_event
    records = dynamodb._stream_records.get(name)
    is_plain = records is not None and stream.get("StreamEnabled") and stream.get("StreamViewType") == "NEW_AND_OLD_IMAGES"
    if not is_plain or dynamodb._kinesis_destinations.get(name) or dynamodb._replica_group(table):
        return lambda old, new: emit(name, "MODIFY" if old else "INSERT", old, new)
    first = dynamodb._build_change_record(table, "INSERT", None, None, stream["StreamViewType"])
    names = [key for key in (table["pk_name"], table["sk_name"]) if key]
    dynamodb.esm_wake.set()

    def write(old, new):
        if old == new:
            return
        change = {
            **first["dynamodb"],
            "Keys": {key: new[key] for key in names},
            "SequenceNumber": dynamodb._next_stream_seq(),
            "NewImage": new,
        }
        if old:
            change["OldImage"] = old
        event = {"eventID": dynamodb.new_uuid(), "eventName": "MODIFY" if old else "INSERT", "dynamodb": change}
        records.append({**first, **event})

    return write


def record_of(body, image):
    record = from_text(body)
    if image is not None:
        record["dynamodb"]["NewImage"] = from_text(image)
    return record


class Streams(AccountRegionScopedDict):
    __slots__ = ("store",)

    def __init__(self, store):
        super().__init__()
        self.store = store

    def __setitem__(self, name, _):
        account, region = get_account_id(), get_region()
        self.set_scoped(account, region, name, Records(self.store, self.store.table(account, region, name)))

    def pop(self, name, *default):
        records = super().pop(name, *default)
        if not isinstance(records, Records):
            return records
        # The closed stream stays readable for a day, unless it is too large.
        closed = records[:] if len(records) <= RETAINED_RECORDS else []
        self.store.delete_stream(records.t)
        return closed

    def clear(self):
        for records in self.all_values():
            self.store.delete_stream(records.t)
        super().clear()


def install(store):
    streams = Streams(store)
    dynamodb._stream_records = streams
    for t, account, region, name in store.all("SELECT id, account, region, name FROM tables"):
        records = Records(store, t)
        if records.next:
            streams.set_scoped(account, region, name, records)
            dynamodb._stream_trimmed.set_scoped(account, region, name, records.first)
    trim, due = dynamodb._trim_stream_records, {}

    def trim_periodically(table_name, *, account_id=None, region=None):
        if time.time() < due.get(table_name, 0):
            return
        due[table_name] = time.time() + TRIM_SECONDS
        trim(table_name, account_id=account_id, region=region)

    dynamodb._trim_stream_records = trim_periodically


def trim_consumed(positions):
    """Removes records that every consumer has read, except the last ones."""
    for (account, region, name), records in dynamodb._stream_records.all_items():
        table = dynamodb._tables.get_scoped(account, region, name) or {}
        read = positions(account, region, table.get("LatestStreamArn"))
        surplus = min([*read, records.next - RETAINED_RECORDS]) - records.first if read else 0
        if surplus > 0:
            with records.store.lock:
                del records[:surplus]
                dynamodb._stream_trimmed.set_scoped(account, region, name, records.first)
