"""Stores the items of the emulator's tables, if all their keys are texts."""

import threading
from collections import defaultdict

from engine.items import Items
from engine.stream import Records
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import dynamodb


class Tables(AccountRegionScopedDict):
    """Tables by account, region and name."""

    __slots__ = ("store", "replacement")

    def __init__(self, store):
        super().__init__()
        self.store = store
        # What the current request sees in place of the table.
        self.replacement = threading.local()

    def __setitem__(self, name, table):
        self.set_scoped(get_account_id(), get_region(), name, table)

    def set_scoped(self, account, region, name, table):
        super().set_scoped(account, region, name, table)
        if not isinstance(table["items"], Items) and has_text_keys(table):
            items = Items(self.store, self.store.table(account, region, name))
            # An earlier table of this name is another table.
            self.store.delete_items(items.t)
            self.move_items(items, table)

    def move_items(self, items, table):
        existing = table["items"]
        items.set_indexes(indexes_of(table))
        for pk, partition in existing.items():
            for sk, item in partition.items():
                items.put(pk, sk, item, None)
        table["items"] = items

    def update(self, loaded):
        """Adds tables of a saved state, whose items are in the store."""
        for (account, region, name), table in loaded.all_items():
            if has_text_keys(table):
                items = Items(self.store, self.store.table(account, region, name))
                items.set_indexes(indexes_of(table))
                table["items"], table["ItemCount"] = items, items.count()
            AccountRegionScopedDict.set_scoped(self, account, region, name, table)

    def pop(self, name, *default):
        return self.pop_scoped(get_account_id(), get_region(), name, *default)

    def pop_scoped(self, account, region, name, *default):
        table = super().pop_scoped(account, region, name, *default)
        if table and isinstance(table["items"], Items):
            self.store.delete_items(table["items"].t)
        return table

    def clear(self):
        for table in self.all_values():
            if isinstance(table["items"], Items):
                self.store.delete_items(table["items"].t)
        super().clear()

    def get(self, name, default=None):
        page = getattr(self.replacement, "table", None)
        return page if page is not None and page["TableName"] == name else super().get(name, default)


def has_text_keys(table):
    """Whether the store can hold a table. Keys of other types, and indexes of more than two attributes, sort differently."""
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
    """The items of a table with its current indexes, or None if the store does not hold them."""
    items = table and table["items"]
    if not isinstance(items, Items):
        return None
    schemas = [each["KeySchema"] for kind in KINDS for each in table.get(kind) or ()]
    if len(schemas) != len(items.schemas) or any(a is not b for a, b in zip(schemas, items.schemas)):
        if not has_text_keys(table):
            table["items"] = defaultdict(dict, {pk: dict(partition) for pk, partition in items.items()})
            items.store.delete_items(items.t)
            return None
        items.set_indexes(indexes_of(table))
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
            add_to_count(table, -1)
        return old

    def items_replaced(table):
        if table["items"].__class__ is not Items and dynamodb._tables.get(table["TableName"]) is table:
            dynamodb._tables[table["TableName"]] = table
        replaced(table) if not isinstance(table["items"], Items) else recount(table)

    def get_state():
        # The items are in the store, and copying a million would take a minute.
        stored_items = [(table, table["items"]) for table in tables.all_values() if isinstance(table["items"], Items)]
        for table, _ in stored_items:
            table["items"] = {}
        try:
            return state()
        finally:
            for table, items in stored_items:
                table["items"] = items

    dynamodb._set_item, dynamodb._remove_item = set_item, remove_item
    dynamodb._items_replaced, dynamodb.get_state = items_replaced, get_state
    return tables


def put_item(table, pk, sk, item):
    """Puts an item into a stored table and returns the one before."""
    items = table["items"]
    old = items.find(pk, sk)
    items.put(pk, sk, item, old)
    if old is None:
        add_to_count(table, 1)
    return old


def add_to_count(table, difference):
    table["ItemCount"] = max(0, table.get("ItemCount", 0) + difference)
    table["TableSizeBytes"] = table["ItemCount"] * 200


def recount(table):
    table["ItemCount"] = 0
    add_to_count(table, table["items"].count())
