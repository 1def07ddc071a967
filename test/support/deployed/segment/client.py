"""Drives a Python client, unmodified: argv is its name, host, write key, user, e-mail address, count of numbers."""
import sys

name, host, key, user, email, numbers = sys.argv[1:]
if name == "segment-analytics-python":
    import segment.analytics as analytics

    analytics.host = host
else:
    import rudderstack.analytics as analytics

    analytics.dataPlaneUrl = host
analytics.write_key = key
# API Gateway passes JSON as text, and with it the compressed bodies that these clients label as JSON.
analytics.gzip = False
failures = []
analytics.on_error = lambda error, items: failures.append(str(error))

visitor = f"visitor-{user}"
products = [{"product_id": "p-1", "name": "Tea", "price": 12.5}]
analytics.track(anonymous_id=visitor, event="Product Viewed", properties={"product_id": "p-1", "name": "Tea"})
analytics.identify(user, {"email": email, "firstName": "Ada"})
analytics.track(
    user, "Order Completed", {"order_id": "o-1", "total": 12.5, "currency": "EUR", "products": products}
)
analytics.page(user, "Shop", "Home")
analytics.screen(user, "Shop", "Cart")
analytics.group(user, "g-1", {"name": "Engines"})
analytics.alias(visitor, user)
for n in range(int(numbers)):
    analytics.track(user, "Numbered", {"n": n})
    # Several requests: a batch has up to a hundred events.
    if n % 5 == 0:
        analytics.flush()
analytics.flush()
analytics.shutdown()
if failures:
    sys.exit("\n".join(failures))
