"""Answers BatchGetItem by one query, with the stored JSON.

The emulator handles requests with other members than text keys, and invalid ones.
"""

from engine.value_sizes import size_of_text
from engine.tables import stored
from engine.json_text import response_of, to_text
from ministack.services import dynamodb

MEMBERS = {"RequestItems"}
TABLE_MEMBERS = {"Keys", "ConsistentRead"}


def install():
    get_many = dynamodb._batch_get_item

    def batch_get_item(data):
        requests = data.get("RequestItems")
        if not data.keys() <= MEMBERS or not isinstance(requests, dict) or not requests:
            return get_many(data)
        answers = []
        for name, request in requests.items():
            table = dynamodb._tables.get(name)
            keys = keys_of(request, table)
            if keys is None:
                return get_many(data)
            items = table["items"]
            answers.append(f"{to_text(name)}:[{','.join(items.store.texts(items.t, keys))}]")
        return response_of(f'{{"Responses":{{{",".join(answers)}}},"UnprocessedKeys":{{}}}}')

    dynamodb._batch_get_item = batch_get_item


def keys_of(request, table):
    """The keys, or None if one is not a plain text key or is repeated."""
    keys = request.get("Keys") if isinstance(request, dict) and request.keys() <= TABLE_MEMBERS else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= dynamodb._DDB_BATCH_GET_MAX:
        return None
    if stored(table) is None or not table["sk_name"]:
        return None
    pairs = [key_of(key, table) for key in keys]
    return pairs if None not in pairs and len(set(pairs)) == len(pairs) else None


def key_of(key, table):
    if not isinstance(key, dict) or len(key) != 2:
        return None
    pk = text_of(key.get(table["pk_name"]), dynamodb._DDB_KEY_MAX_BYTES)
    sk = text_of(key.get(table["sk_name"]), dynamodb._DDB_SORT_KEY_MAX_BYTES)
    return None if pk is None or sk is None else (pk, sk)


def text_of(value, max_bytes):
    text = value.get("S") if isinstance(value, dict) and len(value) == 1 else None
    return text if isinstance(text, str) and text and size_of_text(text) <= max_bytes else None
