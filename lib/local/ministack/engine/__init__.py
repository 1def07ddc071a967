"""Lets the emulator hold a million items: stores its DynamoDB in SQLite and omits repeated work."""

import gc

from engine import maintenance


def install(file=""):
    dynamodb = maintenance.import_without_reaper()
    from engine import batching, caching, functions, pages, put_transactions, batch_reads, stream, tables
    from engine.store import Store

    # With Python's default, each request of a hundred items starts a full garbage collection.
    gc.set_threshold(100_000, 20, 20)
    store = Store(file)
    stream.install(store)
    pages.install(tables.install(store))
    caching.install()
    put_transactions.install()
    batch_reads.install()
    functions.install()
    batching.install()
    maintenance.install(dynamodb)
    handle = dynamodb.handle_request

    async def handle_in_transaction(*request):
        # The handler never yields, so no other request joins the transaction.
        with store.transaction():
            return await handle(*request)

    dynamodb.handle_request = handle_in_transaction
    if file:
        from engine import durability

        durability.install(store)
