"""Makes the local cloud durable: whenever its process ends, everything that it has acknowledged is stored.

Items, change records and messages are in the store before the response, and S3 objects in files. The state of other
services (stacks, functions, queues, rules, schedules) is saved when a request has changed it. During a deployment none of
it is saved, so an interrupted deployment starts again from the state before it.
"""

import asyncio
import json
import logging
import re
import time

from engine import queues as durable_queues
from ministack.core import persistence
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region

logger = logging.getLogger("durable")
SCOPE = re.compile(rb"/([a-z0-9-]+)/aws4_request")
CHECKPOINT = "/_tributary/checkpoint"
SAVE_INTERVAL_SECONDS = 0.5
TRIES = 5
# Requests about data, which change no state that is saved by service.
DATA = {
    "dynamodb": re.compile(rb"\.(Put|Get|Delete|Update|BatchWrite|BatchGet|TransactWrite|TransactGet)Items?$|Query|Scan|Execute"),
    "sqs": re.compile(rb"\.(Send|Receive|Delete|ChangeMessage|Get|List)(Message|Visibility|Queue(Url|Attributes|s))"),
    "events": re.compile(rb"\.PutEvents$"),
    "logs": re.compile(rb"."),
    "monitoring": re.compile(rb"."),
    "sts": re.compile(rb"."),
}
READ = re.compile(rb"\.(Get|List|Describe)")


class Positions(AccountRegionScopedDict):
    """The position of each event source mapping in its stream. A stored position is never behind the loaded one."""

    __slots__ = ("store",)

    def __init__(self, store):
        super().__init__()
        self.store = store
        for account, region, mapping, n in store.all("SELECT account, region, mapping, n FROM positions"):
            self._data[account, region, mapping] = n

    def __setitem__(self, mapping, n):
        at = (get_account_id(), get_region(), mapping)
        self._data[at] = n
        with self.store.transaction():
            self.store.execute("INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?)", (*at, n))

    def update(self, loaded):
        for at, n in loaded.all_items():
            self._data.setdefault(at, n)

    def __deepcopy__(self, memo):
        copy = AccountRegionScopedDict()
        copy._data = dict(self._data)
        return copy


def install(store):
    from ministack import app
    from ministack.services import cloudformation, lambda_svc

    lambda_svc._dynamodb_stream_positions = Positions(store)
    prune_code, orphans = lambda_svc._prune_orphan_code_blobs, []
    lambda_svc._prune_orphan_code_blobs = orphans.append
    queues = durable_queues.install(store)
    # Services with unsaved state.
    changed = set()

    def save(services):
        states = {}
        for name, get_state in services.items():
            try:
                state = state_of(get_state)
                if state is not None:
                    states[name] = json.dumps(state, default=persistence._json_default)
            except RuntimeError:
                # Another thread changed it meanwhile. The next save repeats it.
                changed.add(name)
            except Exception:
                logger.exception("The state of %s could not be saved", name)
        with store.transaction():
            queues.flush()
            store.insert("INSERT OR REPLACE INTO states VALUES {rows}", list(states.items()))
        # Only now: the state that was saved before still named them.
        if orphans:
            prune_code(orphans.pop())
            orphans.clear()

    def load(service):
        row = store.first("SELECT body FROM states WHERE service = ?", service)
        return None if row is None else json.loads(row[0], object_hook=persistence._json_object_hook)

    load_all = app._load_persisted_state

    def load_and_resume():
        load_all()
        queues.deliver_stored()

    app.save_all, app.load_state, app._load_persisted_state = save, load, load_and_resume
    modules = {module: key for key, module in app._state_map.items()}

    def is_deploying():
        return any("_IN_PROGRESS" in str(stack.get("StackStatus")) for stack in cloudformation._stacks.all_values())

    def save_changed():
        if not changed or is_deploying():
            return
        services = app._build_persistence_save_dict()
        names = set(services) if "cloudformation" in changed else changed & set(services)
        changed.clear()
        save({name: services[name] for name in names})

    async def save_periodically():
        while True:
            await asyncio.sleep(SAVE_INTERVAL_SECONDS)
            save_changed()

    serve, saving = app.app, []

    async def serve_durably(scope, receive, send):
        if scope["type"] != "http":
            return await serve(scope, receive, send)
        if not saving:
            saving.append(asyncio.get_running_loop().create_task(save_periodically()))
        if scope["path"] == CHECKPOINT:
            save(app._build_persistence_save_dict())
            await send({"type": "http.response.start", "status": 204, "headers": []})
            return await send({"type": "http.response.body", "body": b""})
        service = changed_service(scope)

        async def send_after_saving(message):
            if message["type"] == "http.response.start":
                if service is not None and message["status"] < 400:
                    module = (app.SERVICE_REGISTRY.get(app.SERVICE_NAME_ALIASES.get(service, service)) or {}).get("module")
                    changed.add(modules.get(module, module))
                    # Its requests have one form for queries and changes, so this save may be needless.
                    if "cloudformation" not in changed:
                        save_changed()
                queues.flush()
            await send(message)

        return await serve(scope, receive, send_after_saving)

    app.app = serve_durably


def state_of(get_state):
    """Copies the state of a service, whose own threads may change it meanwhile."""
    for _ in range(TRIES):
        try:
            return get_state()
        except RuntimeError:
            time.sleep(0.01)
    return get_state()


def changed_service(scope):
    """The service whose state a request may change, by its signature."""
    headers = dict(scope["headers"])
    match = SCOPE.search(headers.get(b"authorization", b""))
    if match is None or scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return None
    service, target = match[1].decode(), headers.get(b"x-amz-target", b"")
    if service in DATA and DATA[service].search(target) or READ.search(target):
        return None
    if service == "s3" and scope["path"].count("/") > 1 and scope["path"].strip("/").count("/"):
        return None
    if service == "lambda" and "/invocations" in scope["path"]:
        return None
    return service
