"""Drives klaviyo-api, unmodified, against the API at argv[1] with the key argv[2] and the list argv[3]. Prints what it is
answered, as JSON. Answers are read by the client's own models, which refuse what they do not know."""
import json
import sys
import time
import uuid

from klaviyo_api import KlaviyoAPI

host, key, list_id = sys.argv[1:]
api = KlaviyoAPI(key, max_delay=5, max_retries=3, test_host=host)
run = uuid.uuid4().hex[:12]
address = lambda name: f"{name}-{run}@example.com"
profile = lambda attributes, **more: {"type": "profile", "attributes": attributes, **more}
metric = lambda name: {"data": {"type": "metric", "attributes": {"name": name}}}
one = lambda email: api.Profiles.get_profiles(
    filter=f'equals(email,"{email}")', additional_fields_profile=["subscriptions"]
).data[0]
told = {"revision": api._REVISION, "run": run}

told["account"] = api.Accounts.get_accounts().data[0].attributes.public_api_key

ada = api.Profiles.create_profile({"data": profile({"email": address("ada"), "first_name": "Ada"})}).data
further = {"patch_identifiers": {"append": {"email": [address("work")]}}, "patch_properties": {"append": {"tags": "a"}}}
api.Profiles.update_profile(ada.id, {"data": profile({"last_name": "Lovelace"}, id=ada.id, meta=further)})
api.Profiles.create_or_update_profile({"data": profile({"email": address("ada"), "title": "Countess"})})
read = api.Profiles.get_profile(ada.id).data
told["profile"] = [read.attributes.first_name, read.attributes.last_name, read.attributes.title, read.attributes.properties]
told["further"] = one(address("work")).id == ada.id

# The meta of an event's profile stands beside its attributes in this revision.
seen = {"patch_properties": {"append": {"seen": "x"}, "unset": ["gone"]}}
attributes = {"properties": {"OrderId": 1}, "metric": metric("Python"), "value": 9.5, "unique_id": run}
attributes["profile"] = {"data": profile({"email": address("ada")}, meta=seen)}
for _ in range(2):
    api.Events.create_event({"data": {"type": "event", "attributes": attributes}})
several = [{"type": "event", "attributes": {"properties": {}, "metric": metric("Python bulk")}}]
group = {"profile": {"data": profile({"email": address("bob")})}, "events": {"data": several}}
events = {"data": [{"type": "event-bulk-create", "attributes": group}]}
api.Events.bulk_create_events({"data": {"type": "event-bulk-create-job", "attributes": {"events-bulk-create": events}}})
listed = api.Events.get_events(filter=f'equals(profile_id,"{ada.id}")', include=["metric", "profile"])
told["events"] = [len(listed.data), listed.data[0].attributes.event_properties]
told["seen"] = api.Profiles.get_profile(ada.id).data.attributes.properties.get("seen")
told["bulk events"] = len(api.Events.get_events(filter=f'equals(profile_id,"{one(address("bob")).id}")').data)


def job(kind, name, people, lists=None):
    data = {"type": f"profile-{name}-bulk-{kind}-job", "attributes": {"profiles": {"data": people}}}
    return {"data": {**data, **({"relationships": {"list": {"data": {"type": "list", "id": lists}}}} if lists else {})}}


consent = lambda value: {"email": {"marketing": {"consent": value}}}
person = lambda value: [profile({"email": address("ada"), "subscriptions": consent(value)})]
state = lambda: one(address("ada")).attributes.subscriptions.email.marketing
api.Profiles.bulk_subscribe_profiles(job("create", "subscription", person("SUBSCRIBED"), list_id))
told["subscribed"] = state().consent
api.Profiles.bulk_suppress_profiles(job("create", "suppression", [profile({"email": address("ada")})]))
told["suppressed"] = [entry.reason for entry in state().suppression]
api.Profiles.bulk_unsuppress_profiles(job("delete", "suppression", [profile({"email": address("ada")})]))
api.Profiles.bulk_unsubscribe_profiles(job("delete", "subscription", person("UNSUBSCRIBED")))
told["unsubscribed"] = state().consent

made = api.Lists.create_list({"data": {"type": "list", "attributes": {"name": f"Python {run}"}}}).data
members = {"data": [{"type": "profile", "id": ada.id}]}
api.Lists.add_profiles_to_list(made.id, members)
told["members"] = [entry.id == ada.id for entry in api.Lists.get_profiles_for_list(made.id).data]
api.Lists.remove_profiles_from_list(made.id, members)
api.Lists.update_list(made.id, {"data": {"type": "list", "id": made.id, "attributes": {"name": f"Again {run}"}}})
told["list"] = api.Lists.get_list(made.id, additional_fields_list=["profile_count"]).data.attributes.profile_count
told["tags"] = len(api.Lists.get_tags_for_list(made.id).data)

rows = [profile({"email": address("kim"), "external_id": f"k-{run}"}), profile({"first_name": "Nobody"}, id="nobody")]
relations = {"lists": {"data": [{"type": "list", "id": made.id}]}}
bulk = {"type": "profile-bulk-import-job", "attributes": {"profiles": {"data": rows}}, "relationships": relations}
started = api.Profiles.bulk_import_profiles({"data": bulk}).data
for _ in range(120):
    done = api.Profiles.get_bulk_import_profiles_job(started.id).data.attributes
    if done.status == "complete":
        break
    time.sleep(0.5)
told["import"] = [done.status, done.completed_count, done.failed_count]
told["import errors"] = len(api.Profiles.get_errors_for_bulk_import_profiles_job(started.id).data)

token = {"token": f"t-{run}", "platform": "ios", "vendor": "apns", "profile": {"data": profile({"email": address("ada")})}}
api.Profiles.create_push_token({"data": {"type": "push-token", "attributes": token}})
held = api.Profiles.get_push_tokens_for_profile(ada.id).data
told["push tokens"] = [entry.attributes.token for entry in held]
api.Profiles.delete_push_token(held[0].id)
told["left"] = len(api.Profiles.get_push_tokens_for_profile(ada.id).data)

api.Lists.delete_list(made.id)
print(json.dumps(told))
