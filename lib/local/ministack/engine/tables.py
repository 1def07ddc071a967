"""Puts the store below the emulator's DynamoDB: every table with keys of text keeps its items there."""

import threading
from collections import defaultdict

from engine.items import Items
from engine.stream import Records
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import dynamodb


class Tables(AccountRegionScopedDict):
    """By account, region and name."""

    __slots__ = ("store", "shown")

    def __init__(self, store):
        super().__init__()
        self.store = store
        # What one request sees in place of a whole table.
        self.shown = threading.local()

    def __setitem__(self, name, table):
        self.set_scoped(get_account_id(), get_region(), name, table)

    def set_scoped(self, account, region, name, table):
        super().set_scoped(account, region, name, table)
        if not isinstance(table["items"], Items) and has_text_keys(table):
            items = Items(self.store, self.store.table(account, region, name))
            # A table of the same name that was there before is not this one.
            self.store.forget_items(items.t)
            self.fill(items, table)

    def fill(self, items, table):
        given = table["items"]
        items.index(indexes_of(table))
        for pk, partition in given.items():
            for sk, item in partition.items():
                items.put(pk, sk, item, None)
        table["items"] = items

    def update(self, kept):
        """What was kept: its items are in the store."""
        for (account, region, name), table in kept.all_items():
            if has_text_keys(table):
                items = Items(self.store, self.store.table(account, region, name))
                items.index(indexes_of(table))
                table["items"], table["ItemCount"] = items, items.count()
            AccountRegionScopedDict.set_scoped(self, account, region, name, table)

    def pop(self, name, *default):
        return self.pop_scoped(get_account_id(), get_region(), name, *default)

    def pop_scoped(self, account, region, name, *default):
        table = super().pop_scoped(account, region, name, *default)
        if table and isinstance(table["items"], Items):
            self.store.forget_items(table["items"].t)
        return table

    def clear(self):
        for table in self.all_values():
            if isinstance(table["items"], Items):
                self.store.forget_items(table["items"].t)
        super().clear()

    def get(self, name, default=None):
        shown = getattr(self.shown, "table", None)
        return shown if shown is not None and shown["TableName"] == name else super().get(name, default)


def has_text_keys(table):
    """Other keys have other orders, and so has an index of more attributes than two: the emulator keeps those itself."""
    types = {each["AttributeName"]: each["AttributeType"] for each in table.get("AttributeDefinitions", [])}
    schemas = [([table["pk_name"]], [table["sk_name"]] if table["sk_name"] else [])]
    schemas += [(hashes, ranges) for _, hashes, ranges in dynamodb._index_key_schemas(table)]
    return all(
        len(hashes) == 1 and len(ranges) <= 1 and all(types.get(name) == "S" for name in hashes + ranges)
        for hashes, ranges in schemas
    ) and not table.get("VectorIndexes")


def indexes_of(table):
    return [(ix, hashes[0], ranges[0] if ranges else None) for ix, hashes, ranges in dynamodb._index_key_schemas(table)]


def stored(table):
    """The items of a table, where the store has them, with its indexes as they are now."""
    items = table and table["items"]
    if not isinstance(items, Items):
        return None
    schemas = [each["KeySchema"] for kind in KINDS for each in table.get(kind) or ()]
    if len(schemas) != len(items.schemas) or any(a is not b for a, b in zip(schemas, items.schemas)):
        if not has_text_keys(table):
            table["items"] = defaultdict(dict, {pk: dict(partition) for pk, partition in items.items()})
            items.store.forget_items(items.t)
            return None
        items.index(indexes_of(table))
        items.schemas = schemas
    return items


KINDS = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")


def install(store):
    tables = Tables(store)
    tables.update(dynamodb._tables)
    dynamodb._tables = tables
    set_plain, remove_plain, replaced, drop, state = (
        dynamodb._set_item,
        dynamodb._remove_item,
        dynamodb._items_replaced,
        dynamodb.drop_stream_records,
        dynamodb.get_state,
    )

    def set_item(table, pk, sk, item):
        items = stored(table)
        if items is None:
            return set_plain(table, pk, sk, item)
        return put_item(table, pk, sk, item)

    def remove_item(table, pk, sk):
        items = stored(table)
        if items is None:
            return remove_plain(table, pk, sk)
        old = items.find(pk, sk)
        if old is not None:
            items.remove(pk, sk, old)
            count(table, -1)
        return old

    def items_replaced(table):
        if table["items"].__class__ is not Items and dynamodb._tables.get(table["TableName"]) is table:
            dynamodb._tables[table["TableName"]] = table
        replaced(table) if not isinstance(table["items"], Items) else recount(table)

    def get_state():
        # Items are in the store already, and a copy of a million would take a minute.
        held = [(table, table["items"]) for table in tables.all_values() if isinstance(table["items"], Items)]
        for table, _ in held:
            table["items"] = {}
        try:
            return state()
        finally:
            for table, items in held:
                table["items"] = items

    dynamodb._set_item, dynamodb._remove_item = set_item, remove_item
    dynamodb._items_replaced, dynamodb.get_state = items_replaced, get_state
    return tables


def put_item(table, pk, sk, item):
    """Into a table that the store has. The answer is what was there."""
    items = table["items"]
    old = items.find(pk, sk)
    items.put(pk, sk, item, old)
    if old is None:
        count(table, 1)
    return old


def count(table, more):
    table["ItemCount"] = max(0, table.get("ItemCount", 0) + more)
    table["TableSizeBytes"] = table["ItemCount"] * 200


def recount(table):
    table["ItemCount"] = 0
    count(table, table["items"].count())
