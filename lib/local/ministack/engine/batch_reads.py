"""Reads of many items by their keys: all in one question, answered with the texts that are stored.

A request that has more than keys of text, or is wrong, is left to the emulator.
"""

from engine.value_sizes import size_of_text
from engine.tables import stored
from engine.json_text import answer, to_text
from ministack.services import dynamodb

MEMBERS = {"RequestItems"}
OF_A_TABLE = {"Keys", "ConsistentRead"}


def install():
    get_many = dynamodb._batch_get_item

    def batch_get_item(data):
        asked = data.get("RequestItems")
        if not data.keys() <= MEMBERS or not isinstance(asked, dict) or not asked:
            return get_many(data)
        answers = []
        for name, of in asked.items():
            table = dynamodb._tables.get(name)
            keys = keys_of(of, table)
            if keys is None:
                return get_many(data)
            items = table["items"]
            answers.append(f"{to_text(name)}:[{','.join(items.store.texts(items.t, keys))}]")
        return answer(f'{{"Responses":{{{",".join(answers)}}},"UnprocessedKeys":{{}}}}')

    dynamodb._batch_get_item = batch_get_item


def keys_of(of, table):
    """None unless every key is plain, and there once."""
    keys = of.get("Keys") if isinstance(of, dict) and of.keys() <= OF_A_TABLE else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= dynamodb._DDB_BATCH_GET_MAX:
        return None
    if stored(table) is None or not table["sk_name"]:
        return None
    found = [key_of(key, table) for key in keys]
    return found if None not in found and len(set(found)) == len(found) else None


def key_of(key, table):
    if not isinstance(key, dict) or len(key) != 2:
        return None
    pk = text_of(key.get(table["pk_name"]), dynamodb._DDB_KEY_MAX_BYTES)
    sk = text_of(key.get(table["sk_name"]), dynamodb._DDB_SORT_KEY_MAX_BYTES)
    return None if pk is None or sk is None else (pk, sk)


def text_of(value, most):
    text = value.get("S") if isinstance(value, dict) and len(value) == 1 else None
    return text if isinstance(text, str) and text and size_of_text(text) <= most else None
