"""What the emulator of AWS Transfer Family leaves out: telling EventBridge of files, in AWS's words, and times as numbers.

Fields: docs.aws.amazon.com/transfer/latest/userguide/events-detail-reference.html
"""

import json
import time

from ministack.services import eventbridge, transfer


def install():
    build, describe = transfer._ensure_sftp_runtime, transfer._describe_user

    def build_and_tell():
        is_new = transfer._MiniStackSFTPServer is None
        build()
        if is_new:
            tell_of(transfer._MiniStackSFTPServer)

    def describe_in_numbers(data):
        # The protocol's times are numbers, and SDKs refuse the emulator's text.
        user = transfer._users.get(transfer._user_key(data.get("ServerId", ""), data.get("UserName", "")))
        for key in (user or {}).get("SshPublicKeys", []):
            if isinstance(key["DateImported"], str):
                key["DateImported"] = int(time.time())
        return describe(data)

    transfer._ensure_sftp_runtime, transfer._describe_user = build_and_tell, describe_in_numbers


def tell_of(server):
    from asyncssh.sftp import SFTPServerHandler

    clean_up, close, rename = SFTPServerHandler._cleanup, server.close, server._do_rename

    async def clean_up_and_know(self, problem):
        # Whatever is still open is closed now: the part that had come when the connection broke.
        if self._server:
            self._server.is_broken = True
        await clean_up(self, problem)

    def close_and_tell(self, handle):
        file = self._open_files.get(handle)
        result = close(self, handle)
        if not file or file["mode"] != "write":
            return result
        detail = {"file-path": f"/{file['bucket']}/{file['key']}", "bytes": len(file["buf"].getvalue())}
        if getattr(self, "is_broken", False):
            failure = {"failure-code": "PARTIAL_UPLOAD", "failure-message": "File was partially uploaded."}
            tell(self, "Upload Failed", {**detail, **failure})
        else:
            tell(self, "Upload Completed", detail)
        return result

    def rename_and_tell(self, old, new, **options):
        result = rename(self, old, new, **options)
        paths = ["/" + "/".join(self._resolve(path)) for path in (old, new)]
        tell(self, "Rename Completed", {"original-file-path": paths[0], "renamed-file-path": paths[1]})
        return result

    SFTPServerHandler._cleanup = clean_up_and_know
    server.close, server._do_rename = close_and_tell, rename_and_tell


def tell(session, what, detail):
    session._resolve(b"/")  # Puts the session's account and region in place.
    known = {
        "protocol": "SFTP",
        "status-code": "FAILED" if what.endswith("Failed") else "COMPLETED",
        "server-id": session._server_id,
        "username": (session._user or {}).get("UserName"),
    }
    entry = {
        "Source": "aws.transfer",
        "DetailType": f"SFTP Server File {what}",
        "Detail": json.dumps({**known, **detail}),
    }
    eventbridge._put_events({"Entries": [entry]}, allow_aws_source=True)
