"""Makes the emulator carry a million items: its DynamoDB on SQLite, and without work that it need not do again."""

import gc

from engine import maintenance


def install(file=""):
    dynamodb = maintenance.import_without_reaper()
    from engine import caching, pages, put_transactions, batch_reads, stream, tables
    from engine.store import Store

    # Requests of a hundred items make garbage enough for a collection each, of all that there is.
    gc.set_threshold(100_000, 20, 20)
    store = Store(file)
    stream.install(store)
    pages.install(tables.install(store))
    caching.install()
    put_transactions.install()
    batch_reads.install()
    maintenance.install(dynamodb)
    handle = dynamodb.handle_request

    async def handle_at_once(*request):
        # It waits for nothing, and so no other request comes between.
        with store.transaction():
            return await handle(*request)

    dynamodb.handle_request = handle_at_once
    if file:
        from engine import durability

        durability.install(store)
