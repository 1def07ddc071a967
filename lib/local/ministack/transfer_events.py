"""Adds what the emulator of AWS Transfer Family lacks: events of files for EventBridge, and times as numbers.

Fields of events: docs.aws.amazon.com/transfer/latest/userguide/events-detail-reference.html
"""

import json
import time

from ministack.services import eventbridge, transfer


def install():
    build, describe = transfer._ensure_sftp_runtime, transfer._describe_user

    def build_with_events():
        is_new = transfer._MiniStackSFTPServer is None
        build()
        if is_new:
            send_events_of(transfer._MiniStackSFTPServer)

    def describe_with_numbers(data):
        # AWS sends times as numbers, and SDKs refuse the emulator's texts.
        user = transfer._users.get(transfer._user_key(data.get("ServerId", ""), data.get("UserName", "")))
        for key in (user or {}).get("SshPublicKeys", []):
            if isinstance(key["DateImported"], str):
                key["DateImported"] = int(time.time())
        return describe(data)

    transfer._ensure_sftp_runtime, transfer._describe_user = build_with_events, describe_with_numbers


def send_events_of(server):
    from asyncssh.sftp import SFTPServerHandler

    clean_up, close, rename = SFTPServerHandler._cleanup, server.close, server._do_rename

    async def clean_up_broken_connection(self, problem):
        # This closes files that are still open, with the part received before the connection broke.
        if self._server:
            self._server.is_broken = True
        await clean_up(self, problem)

    def close_with_event(self, handle):
        file = self._open_files.get(handle)
        result = close(self, handle)
        if not file or file["mode"] != "write":
            return result
        detail = {"file-path": f"/{file['bucket']}/{file['key']}", "bytes": len(file["buf"].getvalue())}
        if getattr(self, "is_broken", False):
            failure = {"failure-code": "PARTIAL_UPLOAD", "failure-message": "File was partially uploaded."}
            send_event(self, "Upload Failed", {**detail, **failure})
        else:
            send_event(self, "Upload Completed", detail)
        return result

    def rename_with_event(self, old, new, **options):
        result = rename(self, old, new, **options)
        paths = ["/" + "/".join(self._resolve(path)) for path in (old, new)]
        send_event(self, "Rename Completed", {"original-file-path": paths[0], "renamed-file-path": paths[1]})
        return result

    SFTPServerHandler._cleanup = clean_up_broken_connection
    server.close, server._do_rename = close_with_event, rename_with_event


def send_event(session, name, detail):
    session._resolve(b"/")  # Sets the account and region of the session.
    common = {
        "protocol": "SFTP",
        "status-code": "FAILED" if name.endswith("Failed") else "COMPLETED",
        "server-id": session._server_id,
        "username": (session._user or {}).get("UserName"),
    }
    entry = {
        "Source": "aws.transfer",
        "DetailType": f"SFTP Server File {name}",
        "Detail": json.dumps({**common, **detail}),
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
