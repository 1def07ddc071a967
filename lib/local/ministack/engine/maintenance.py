"""Removes expired items, and change records that every consumer has read."""

import logging
import sys
import threading
import time

from engine.stream import trim_consumed
from engine.tables import stored

logger = logging.getLogger("maintenance")
INTERVAL_SECONDS = 60


def import_without_reaper():
    """Imports the emulator's DynamoDB without its thread for expired items, which reads every item each minute."""
    start = threading.Thread.start
    threading.Thread.start = lambda thread: None if thread.name == "dynamodb-ttl-reaper" else start(thread)
    try:
        from ministack.services import dynamodb
    finally:
        threading.Thread.start = start
    return dynamodb


def install(dynamodb):
    def run():
        while True:
            time.sleep(INTERVAL_SECONDS)
            try:
                expire(dynamodb)
                trim_consumed(positions_of)
            except Exception:
                logger.exception("The maintenance failed. It is repeated.")

    threading.Thread(target=run, daemon=True, name="maintenance").start()


def expire(dynamodb):
    for (account, region, name), setting in dynamodb._ttl_settings.all_items():
        table = dynamodb._tables.get_scoped(account, region, name)
        items = stored(table)
        if items is None or setting.get("TimeToLiveStatus") != "ENABLED":
            continue
        items.expire_by(setting.get("AttributeName"))
        for pk, sk in items.expired(time.time()):
            # One transaction each, so that requests need not wait for all.
            with items.store.transaction():
                dynamodb._remove_item(table, pk, sk)


def positions_of(account, region, stream):
    """The positions of a stream's event source mappings."""
    functions = sys.modules.get("ministack.services.lambda_svc")
    if functions is None:
        return []
    mappings = [each["UUID"] for each in functions._esms.values_scoped(account, region) if each.get("EventSourceArn") == stream]
    return [functions._dynamodb_stream_positions.get_scoped(account, region, each, 0) for each in mappings]
