"""Executes transactions of plain puts, most of what an import writes, and checks each item only once.

The emulator executes all other transactions, and those that would fail, and so raises the errors.
"""

from hashlib import blake2b

from engine.value_sizes import size_of_attributes, size_of_text
from engine.stream import recorder_of
from engine.tables import put_item, stored
from engine.json_text import to_sorted_text
from ministack.services import dynamodb

MEMBERS = {"TransactItems", "ClientRequestToken"}
PUT = {
    "TableName",
    "Item",
    "ConditionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    "ReturnValuesOnConditionCheckFailure",
}
# Below DynamoDB's limit, since a request is longer than the sum of its parts.
MAX_BYTES = 4_000_000
TOKEN_LENGTH = 36
MAX_SHAPES = 4096


class Digest:
    """The digest of a request with a token. The emulator would keep the whole request for ten minutes."""

    __slots__ = ("value",)

    def __init__(self, text):
        self.value = digest_of(text)

    def __eq__(self, request):
        return self.value == digest_of(to_sorted_text(request))


def digest_of(text):
    return blake2b(text.encode(), digest_size=16).digest()


def install():
    transact, remember, valid_shapes = dynamodb._transact_write_items, dynamodb._txn_token_store, set()

    def remember_digest(token, entry):
        signature = entry["signature"]
        remember(token, {**entry, "signature": signature if isinstance(signature, Digest) else Digest(to_sorted_text(signature))})

    def transact_write_items(data):
        puts = puts_of(data, valid_shapes)
        if puts is None:
            return transact(data)
        token, text = data.get("ClientRequestToken"), to_sorted_text({"TransactItems": data["TransactItems"]})
        if token is not None and dynamodb._txn_token_lookup(token) is not None or len(text) > MAX_BYTES:
            return transact(data)
        for table, t, keys in tables_of(puts):
            table["items"].store.find_many(t, keys)
        for _, table, pk, sk, put in puts:
            if not condition_holds(put, table["items"].find(pk, sk)):
                return transact(data)
        sizes, records = {}, {}
        for size, table, pk, sk, put in puts:
            name, new = table["TableName"], put["Item"]
            old = put_item(table, pk, sk, new)
            if name not in records:
                records[name] = recorder_of(table)
            records[name](old, new)
            sizes.setdefault(name, []).append(max(size, dynamodb._item_size_bytes(old) if old else 0))
        if token is not None:
            remember_digest(token, {"signature": Digest(text), "response": {}, "sizes": sizes})
        return dynamodb.json_response({})

    dynamodb._transact_write_items, dynamodb._txn_token_store = transact_write_items, remember_digest


def tables_of(puts):
    by_name = {}
    for _, table, pk, sk, _ in puts:
        by_name.setdefault(table["TableName"], (table, table["items"].t, []))[2].append((pk, sk))
    return by_name.values()


def puts_of(data, valid_shapes):
    """The puts with their sizes, tables and keys, or None if one of them is not plain."""
    members, token = data.get("TransactItems"), data.get("ClientRequestToken")
    if not data.keys() <= MEMBERS or not isinstance(members, list) or not 1 <= len(members) <= 100:
        return None
    if token is not None and (not isinstance(token, str) or not 1 <= len(token) <= TOKEN_LENGTH):
        return None
    puts, tables, targets = [], {}, set()
    for member in members:
        put = member.get("Put") if isinstance(member, dict) and len(member) == 1 else None
        name = put.get("TableName") if isinstance(put, dict) and put.keys() <= PUT else None
        if not isinstance(name, str) or not isinstance(put.get("Item"), dict):
            return None
        if name not in tables:
            tables[name] = dynamodb._tables.get(name)
        table = tables[name]
        if stored(table) is None:
            return None
        plain = plain_put(put, table, valid_shapes)
        if plain is None:
            return None
        size, pk, sk = plain
        puts.append((size, table, pk, sk, put))
        targets.add((name, pk, sk))
    return puts if len(targets) == len(puts) else None


def plain_put(put, table, valid_shapes):
    item = put["Item"]
    size = size_of_attributes(item)
    if size is None or size > dynamodb._DDB_ITEM_MAX_BYTES:
        return None
    pk = item.get(table["pk_name"], NONE).get("S")
    sk = item.get(table["sk_name"], NONE).get("S") if table["sk_name"] else "__no_sort__"
    if pk is None or sk is None or size_of_text(pk) > dynamodb._DDB_KEY_MAX_BYTES:
        return None
    if size_of_text(sk) > dynamodb._DDB_SORT_KEY_MAX_BYTES:
        return None
    for _, *keys in table["items"].indexes:
        if any(name in item and "S" not in item[name] for name in keys):
            return None
    names, values = put.get("ExpressionAttributeNames") or NONE, put.get("ExpressionAttributeValues") or NONE
    if size_of_attributes(values) is None:
        return None
    shape = (put.get("ConditionExpression"), put.get("ReturnValuesOnConditionCheckFailure"), *names.items(), *values)
    if shape not in valid_shapes:
        if dynamodb._transact_write_action_error("Put", put):
            return None
        if len(valid_shapes) < MAX_SHAPES:
            valid_shapes.add(shape)
    return size, pk, sk


def condition_holds(put, item):
    condition = put.get("ConditionExpression")
    try:
        return not condition or dynamodb._evaluate_condition(
            condition, item or {}, put.get("ExpressionAttributeValues") or {}, put.get("ExpressionAttributeNames") or {}
        )
    except ValueError:
        return False


NONE = {}
