"""Gathers change records before it hands them to a function, as Lambda does for a batching window.

The emulator starts the function for each record at once. A request writes several, and each message of the function
starts functions in turn.
"""

import threading
import time

from ministack.core.concurrency import esm_wake
from ministack.services import dynamodb

# Much shorter than a window on AWS, so that nobody waits for it.
WINDOW_SECONDS = 0.2
MOST_POSITIONS = 1_000


def install():
    read = dynamodb.stream_records_since
    seen_at = {}

    def gather(table_name, position, limit, **scope):
        records = read(table_name, position, limit, **scope)
        if not records or not is_poller():
            return records
        at = (table_name, position)
        if at not in seen_at:
            seen_at[at] = time.monotonic()
            wake_after(WINDOW_SECONDS)
        if len(records) < limit and time.monotonic() - seen_at[at] < WINDOW_SECONDS:
            return []
        seen_at.pop(at)
        if len(seen_at) > MOST_POSITIONS:
            seen_at.clear()
        return records

    dynamodb.stream_records_since = gather


def is_poller():
    """Whether functions are started with the records. Others read them by the API."""
    return threading.current_thread().name.endswith("(_poll_loop)")


def wake_after(seconds):
    timer = threading.Timer(seconds, esm_wake.set)
    timer.daemon = True
    timer.start()
