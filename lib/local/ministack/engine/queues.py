"""Stores messages of queues, and notices of uploads, before the response to the request that made them."""

import contextvars
import threading

from engine.json_text import from_text, to_text
from ministack.core.responses import (
    AccountRegionScopedDict,
    get_account_id,
    get_region,
    set_request_account_id,
    set_request_region,
)
from ministack.services import s3, sqs


class Messages(list):
    """A list that marks its queue as changed."""

    def __init__(self, messages, mark_changed):
        super().__init__(messages)
        self.mark_changed = mark_changed


def marking(name):
    plain = getattr(list, name)

    def change(self, *arguments):
        self.mark_changed()
        return plain(self, *arguments)

    return change


for name in ("append", "extend", "insert", "remove", "pop", "clear", "__delitem__", "__setitem__", "__iadd__"):
    setattr(Messages, name, marking(name))


class Queue(dict):
    def __init__(self, queue, mark_changed):
        super().__init__(queue)
        self.mark_changed = mark_changed
        self["messages"] = queue["messages"]

    def __setitem__(self, name, value):
        if name == "messages":
            value = Messages(value, self.mark_changed)
            self.mark_changed()
        super().__setitem__(name, value)

    def __deepcopy__(self, memo):
        # The store has the messages.
        return {**{name: value for name, value in self.items() if name != "messages"}, "messages": []}


class Queues(AccountRegionScopedDict):
    __slots__ = ("store", "dirty", "saved")

    def __init__(self, store):
        super().__init__()
        self.store, self.dirty, self.saved = store, set(), {}

    def __setitem__(self, url, queue):
        self.adopt((get_account_id(), get_region(), url), queue)

    def adopt(self, at, queue):
        rows = self.store.all("SELECT id, body FROM messages WHERE account = ? AND region = ? AND queue = ? ORDER BY rowid", *at)
        self.saved[at] = {id for id, _ in rows}
        messages = [*queue["messages"], *(from_text(body) for _, body in rows)]
        self._data[at] = Queue({**queue, "messages": messages}, lambda: self.dirty.add(at))

    def update(self, loaded):
        for at, queue in loaded.all_items():
            self.adopt(at, queue)

    def pop_scoped(self, account, region, url, *default):
        self.forget((account, region, url))
        return super().pop_scoped(account, region, url, *default)

    def pop(self, url, *default):
        self.forget((get_account_id(), get_region(), url))
        return super().pop(url, *default)

    def forget(self, at):
        with self.store.transaction():
            self.store.execute("DELETE FROM messages WHERE account = ? AND region = ? AND queue = ?", at)
        self.saved.pop(at, None)

    def flush(self):
        """Stores what has changed since the last call."""
        if not self.dirty:
            return
        with self.store.transaction():
            while self.dirty:
                at = self.dirty.pop()
                queue = self._data.get(at)
                if queue is None:
                    continue
                now, saved = {each["id"]: each for each in list(queue["messages"])}, self.saved.setdefault(at, set())
                new, removed = now.keys() - saved, saved - now.keys()
                self.store.insert(
                    "INSERT OR REPLACE INTO messages VALUES {rows}",
                    [(*at, id, to_text(message)) for id, message in now.items() if id in new],
                )
                self.store.remove(
                    "DELETE FROM messages WHERE account = ? AND region = ? AND queue = ? AND id = ?",
                    [(*at, id) for id in removed],
                )
                self.saved[at] = set(now)

    def __deepcopy__(self, memo):
        copy = AccountRegionScopedDict()
        copy._data = {at: queue.__deepcopy__(memo) for at, queue in list(self._data.items())}
        return copy


def install(store):
    queues = Queues(store)
    sqs._queues = queues
    store_notices(store, queues)
    return queues


def store_notices(store, queues):
    def fire(bucket_name, key, event_name, size=0, etag="", deletion_type=None, **options):
        if bucket_name not in s3._bucket_notifications:
            return
        arguments = [bucket_name, key, event_name, size, etag, deletion_type]
        options = {**options, "sequencer": s3._next_event_sequencer(event_name)}
        with store.transaction():
            text = to_text([get_account_id(), get_region(), arguments, options])
            n = store.execute("INSERT INTO notices (body) VALUES (?)", (text,)).lastrowid
        deliver(n, arguments, options)

    def deliver(n, arguments, options):
        def run():
            s3._fire_s3_event(*arguments, **options)
            with store.transaction():
                queues.flush()
                store.execute("DELETE FROM notices WHERE n = ?", (n,))

        threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True, name="s3-notice").start()

    def deliver_stored():
        for n, text in store.all("SELECT n, body FROM notices ORDER BY n"):
            account, region, arguments, options = from_text(text)
            set_request_account_id(account)
            set_request_region(region)
            deliver(n, arguments, options)

    s3._fire_s3_event_async, queues.__class__.deliver_stored = fire, staticmethod(deliver_stored)
