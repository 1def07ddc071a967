"""Measures values that are certainly valid, for checks that the emulator makes one by one."""

from functools import lru_cache

from ministack.services import dynamodb

# Well below DynamoDB's limit. The emulator judges what is nested more deeply.
DEPTH = 16


@lru_cache(65536)
def size_of_number(text):
    """The size of a number in canonical form, or None for any other text."""
    if not isinstance(text, str) or dynamodb._number_error(text) or dynamodb._ddb_canonicalize_number(text) != text:
        return None
    return dynamodb._number_size_bytes(text)


def size_of_text(text):
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def size_of_value(value, depth=1):
    """The bytes of a plain value as DynamoDB counts them, or None if the emulator has to check it."""
    if value.__class__ is not dict or len(value) != 1 or depth > DEPTH:
        return None
    ((kind, content),) = value.items()
    if kind == "S":
        return size_of_text(content) if content.__class__ is str and content else None
    if kind == "N":
        return size_of_number(content) if content.__class__ is str else None
    if kind == "BOOL":
        return 1 if content.__class__ is bool else None
    if kind == "NULL":
        return 1 if content is True else None
    if kind == "M" and content.__class__ is dict and content:
        total = size_of_attributes(content, depth + 1)
        return None if total is None else 3 + len(content) + total
    if kind == "L" and content.__class__ is list and content:
        total = 3
        for each in content:
            size = size_of_value(each, depth + 1)
            if size is None:
                return None
            total += 1 + size
        return total
    return None


def size_of_attributes(attributes, depth=1):
    total = 0
    for name, value in attributes.items():
        size = size_of_value(value, depth)
        if size is None or not name:
            return None
        total += size + size_of_text(name)
    return total
