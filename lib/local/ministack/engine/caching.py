"""Caches what the emulator's DynamoDB computes again for every item: parsed expressions and sizes of values.

The results stay those of the emulator.
"""

import copy
import json
from functools import lru_cache
from random import getrandbits
from types import SimpleNamespace

from engine.value_sizes import size_of_text, size_of_value
from engine.json_text import response_of, from_text, orjson, to_text
from ministack.services import dynamodb

EXPRESSIONS = 4096


def install():
    cache_expressions()
    measure_plain_values()
    copy_through_json()
    serialize_quickly()
    dynamodb.new_uuid = new_identifier


def new_identifier():
    text = f"{getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def cache_expressions():
    tokenize = lru_cache(EXPRESSIONS)(lambda expression, original=dynamodb._tokenize: tuple(original(expression)))
    dynamodb._tokenize = lambda expression: list(tokenize(expression))
    dynamodb._condition_syntax_error = lru_cache(EXPRESSIONS)(dynamodb._condition_syntax_error)
    evaluate = dynamodb._evaluate_condition
    valid_expressions = set()

    def evaluate_condition(expression, item, values, names, slot="ConditionExpression"):
        # The bounds of BETWEEN are values, so an expression with it is validated each time.
        is_valid = (expression, slot) in valid_expressions
        if is_valid:
            try:
                return dynamodb._ExprEval(tokenize(expression), item, values, names).evaluate()
            except Exception:
                return evaluate(expression, item, values, names, slot)
        result = evaluate(expression, item, values, names, slot)
        if expression and expression.strip() and "between" not in expression.lower() and len(valid_expressions) < EXPRESSIONS:
            valid_expressions.add((expression, slot))
        return result

    dynamodb._evaluate_condition = evaluate_condition


def measure_plain_values():
    """A plain value is valid, and not nested too deeply. Measuring it once answers all three checks."""
    size, error, validate, exceeds = (
        dynamodb._attribute_value_size,
        dynamodb._attribute_value_error,
        dynamodb._validate_attribute_value,
        dynamodb._nesting_exceeded,
    )

    def size_of(value):
        plain_size = size_of_value(value)
        return size(value) if plain_size is None else plain_size

    def size_of_item(item):
        if item.__class__ is not dict:
            return 0
        return sum(size_of_text(name) + size_of(value) for name, value in item.items())

    dynamodb._attribute_value_size, dynamodb._item_size_bytes = size_of, size_of_item
    dynamodb._attribute_value_error = lambda value: None if size_of_value(value) is not None else error(value)
    # Below the top level only the emulator knows the depth.
    dynamodb._nesting_exceeded = lambda value, depth=1: (
        False if depth == 1 and size_of_value(value) is not None else exceeds(value, depth)
    )
    dynamodb._validate_attribute_value = lambda name, value, depth=1: (
        None if depth == 1 and size_of_value(value) is not None else validate(name, value, depth)
    )


def copy_through_json():
    """Copies JSON values through JSON, five times as fast as a deep copy."""

    def deepcopy(value, memo=None):
        if orjson is None or value.__class__ is not dict:
            return copy.deepcopy(value)
        try:
            return orjson.loads(orjson.dumps(value))
        except (TypeError, ValueError):
            return copy.deepcopy(value)

    dynamodb.copy = SimpleNamespace(copy=copy.copy, deepcopy=deepcopy)


def serialize_quickly():
    plain = dynamodb.json_response

    def json_response(data, status=200, **options):
        if orjson is None or status != 200 or options:
            return plain(data, status, **options)
        return response_of(to_text(data))

    dynamodb.json_response = json_response
    dynamodb.json = SimpleNamespace(dumps=json.dumps, loads=from_text, JSONDecodeError=json.JSONDecodeError)
