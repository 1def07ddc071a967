"""Reads the page of a query or scan from the store and passes it to the emulator in place of the table.

The emulator reads every item of a partition for each query: 200,000 items take a minute. It still applies conditions,
filters and projections to the page, and raises the errors.
"""

from engine.store import NO_SORT
from engine.tables import stored
from engine.json_text import from_text
from ministack.services import dynamodb

# Sorts after every key, which has at most 2,048 bytes.
LAST = "\U0010ffff" * 513
EXTRA = 1


def install(tables):
    query, scan = dynamodb._query, dynamodb._scan

    def read(original, page_of):
        def handle(data):
            table = tables.get(dynamodb._normalize_table_name(data.get("TableName") or ""))
            items = stored(table)
            page = page_of(items, table, data) if items is not None else None
            if page is None:
                return original(data)
            tables.replacement.table = {**table, **page}
            try:
                return original(data)
            finally:
                tables.replacement.table = None

        return handle

    dynamodb._query = read(query, page_of_query)
    dynamodb._scan = read(scan, page_of_scan)


def page_of_scan(items, table, data):
    start = data.get("ExclusiveStartKey")
    if data.get("IndexName") or data.get("TotalSegments") is not None or not is_count(data.get("Limit")):
        return None
    after = ("", "") if start is None else (key(start, table["pk_name"]), key(start, table["sk_name"]))
    if None in after:
        return None
    sql = "SELECT pk, sk, body FROM items WHERE t = ? AND (pk, sk) > (?, ?) ORDER BY pk, sk"
    with items.store.lock:
        items.store.flush()
        return as_table(take(items.store.execute(sql, (items.t, *after)), table, data))


def page_of_query(items, table, data):
    condition, limit = data.get("KeyConditionExpression"), data.get("Limit")
    index = next((each for each in items.indexes if each[0] == data.get("IndexName")), None)
    if not isinstance(condition, str) or data.get("KeyConditions") or not is_count(limit):
        return None
    if data.get("IndexName") and index is None:
        return None
    hash_key, range_key = index[1:] if index else (table["pk_name"], table["sk_name"])
    names, values = data.get("ExpressionAttributeNames") or {}, data.get("ExpressionAttributeValues") or {}
    at = dynamodb._extract_pk_from_condition(condition, values, names, hash_key)
    bounds = bounds_of(condition, names, values, range_key)
    if not isinstance(at, str) or bounds is None:
        return None
    low, above, high, below = bounds
    is_forward = data.get("ScanIndexForward", True) is not False
    order = "" if is_forward else " DESC"
    start = data.get("ExclusiveStartKey")
    if index:
        where, by = f"e.t = ? AND e.ix = ? AND e.hash = ? AND e.range {above} ? AND e.range {below} ?", ("e.range", "e.pk", "e.sk")
        chosen = [items.t, index[0], at, low, high]
        source = "entries e JOIN items i ON i.t = e.t AND i.pk = e.pk AND i.sk = e.sk"
        cursor = [key(start, range_key) if range_key else "", key(start, table["pk_name"]), key(start, table["sk_name"])]
    else:
        where, by = f"i.t = ? AND i.pk = ? AND i.sk {above} ? AND i.sk {below} ?", ("i.sk",)
        chosen, source, cursor = [items.t, at, low, high], "items i", [key(start, range_key)]
    if start is not None:
        if None in cursor:
            return None
        marks = ", ".join("?" * len(by))
        where += f" AND ({', '.join(by)}) {'>' if is_forward else '<'} ({marks})"
        chosen += cursor
    sql = f"SELECT i.pk, i.sk, i.body FROM {source} WHERE {where} ORDER BY {', '.join(name + order for name in by)}"
    with items.store.lock:
        items.store.flush()
        taken = take(items.store.execute(sql, chosen), table, data)
    page = as_table(taken)
    if index:
        page[dynamodb._INDEX_MEMBERS] = {index[0]: {at: {(pk, sk): None for pk, sk, _ in taken}}}
    return page


def is_count(limit):
    return limit is None or (isinstance(limit, int) and limit > 0)


def key(start, name):
    """The text of a key. In a table without a sort key, the emulator gives every item the same one."""
    if name is None:
        return NO_SORT
    value = (start or {}).get(name)
    return value.get("S") if isinstance(value, dict) else None


def take(rows, table, data):
    """Takes the rows that the emulator may return, and one more, by which it sees that the page has an end."""
    limit, name = data.get("Limit"), data.get("IndexName")
    taken, size = [], 0
    for pk, sk, body in rows:
        item = from_text(body)
        taken.append((pk, sk, item))
        # An index may leave attributes out.
        entry = dynamodb._apply_index_projection(item, table, name) if name else item
        size += dynamodb._item_size_bytes(entry)
        if size > dynamodb._DDB_PAGE_SIZE_BYTES or (limit is not None and len(taken) >= limit + EXTRA):
            break
    rows.close()
    return taken


def as_table(taken):
    items = {}
    for pk, sk, item in taken:
        items.setdefault(pk, {})[sk] = item
    return {"items": items, dynamodb._INDEX_MEMBERS: {}}


def bounds_of(condition, names, values, range_key):
    """The range of sort keys that match, or None if this module does not support the condition."""
    low, above, high, below = "", ">=", LAST, "<="
    for clause in dynamodb._key_condition_clauses(dynamodb._tokenize(condition)):
        tokens = [token for token in clause if token[0] not in ("LPAREN", "RPAREN", "EOF")]
        words = [names.get(text, text) if kind == "NAME_REF" else text for kind, text in tokens]
        if range_key is None or range_key not in words:
            continue
        bounds = [values.get(text, {}).get("S") for kind, text in tokens if kind == "VALUE_REF"]
        if not bounds or not all(isinstance(each, str) for each in bounds):
            return None
        kinds = [kind for kind, _ in tokens]
        if words[0].lower() == "begins_with":
            low, high = bounds[0], bounds[0] + LAST
        elif words[0] != range_key or kinds[1] == "NE":
            return None
        elif kinds[1] == "EQ":
            low = high = bounds[0]
        elif kinds[1] in ("GT", "GE"):
            low, above = bounds[0], tokens[1][1]
        elif kinds[1] in ("LT", "LE"):
            high, below = bounds[0], tokens[1][1]
        elif words[1].upper() == "BETWEEN" and len(bounds) == 2:
            low, high = bounds
        else:
            return None
    return low, above, high, below
