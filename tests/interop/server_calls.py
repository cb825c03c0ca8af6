"""Longer stories with a server that keeps the rules: data centres that send one on, keys that are lost, answers that take their
time, updates that are waited for, large files, files over connections that break."""
import json
import os
import random
import threading
import time

from server_api import LATER, Api, RpcError
from server_rig import BOT, USER, all_of, clean
from server_wire import Faults


def later(session, seconds, do):
    def run():
        time.sleep(seconds)
        with session.lock:
            do()
            if session.link.framing.is_http:
                session.arrived.notify_all()
            else:
                session.flush()
    threading.Thread(target=run, daemon=True).start()
    return LATER


class Sending(Api):
    """Sends users, bots and files to data centre 3."""

    def auth_sendCode(self, *_):
        raise RpcError(303, "PHONE_MIGRATE_3")

    def auth_importBotAuthorization(self, *_):
        raise RpcError(303, "USER_MIGRATE_3")


class Elsewhere(Api):
    """Has users; files are in data centre 3."""

    def upload_getFile(self, session, _msg_id, _query):
        self.user_of(session)
        raise RpcError(303, "FILE_MIGRATE_3")


def two(rig, near, far):
    """Two data centres that know of each other: 2 and 3."""
    first, second = rig.server(api=near), rig.server(api=far)
    second.dc = 3
    first.others, second.others = [second], [first]
    return first, second


# proves AP-4, KX-3
def migrations(rig):
    def sign_in(words, flags):
        def run():
            first, second = two(rig, Sending, Api)
            with first, second:
                first.pfs = second.pfs = "--pfs" in flags
                session = ["--session", rig.path("session")]
                rig.tgcall(first, words, flags + session).signed_in()
                rig.tgcall(first, ["send", "Hello"], flags + session).done()
                assert [one["message"] for one in second.api.messages] == ["Hello"]
                clean(first)
                clean(second)
        return run

    def file(flags, options):
        def run():
            first, second = two(rig, Elsewhere, Api)
            with first, second:
                session = ["--session", rig.path("session")]
                rig.tgcall(first, USER, flags + session).signed_in()
                download(rig, first, second, 300000, flags + session + options)
                assert first.api.executed["auth.exportAuthorization"] and second.api.executed["auth.importAuthorization"]
                rig.tgcall(first, ["invoke", "users.getFullUser", '{"id": {"_": "inputUserSelf"}}'], flags + session).done()
                clean(first)
                clean(second)
        return run
    all_of({"user": sign_in(USER, []), "user, temporary keys": sign_in(USER, ["--pfs"]), "bot": sign_in(BOT, []),
            "user over HTTP": sign_in(USER, ["--transport", "http"]), "file": file([], []), "file, there at once": file([], ["--dc-of-file", "3"]),
            "file, temporary keys": file(["--pfs"], ["--dc-of-file", "3"])})


# proves KX-3
def test_servers(rig):
    """Their numbers are 10000 higher where it counts."""
    with rig.server() as server:
        server.dc = 10002
        rig.tgcall(server, BOT, ["--test", "--pfs"]).signed_in()
        clean(server)


# ---- keys ----

class Forgetful(Api):
    """After the second of these calls the server knows nothing of temporary keys any more."""

    def users_getUsers(self, session, msg_id, query):
        if self.executed["users.getUsers"] == 2:
            for number in [key.id for key in self.server.keys.values() if key.expires_at]:
                del self.server.keys[number]
        return super().users_getUsers(session, msg_id, query)


# proves PF-2, TR-6, MS-16
def lost_keys(rig):
    def temporary():
        with rig.server(api=Forgetful) as server:
            server.pfs = True
            flags = ["--pfs", "--session", rig.path("session")]
            rig.tgcall(server, USER, flags).signed_in()
            rig.tgcall(server, ["send", "still here"], flags).done()
            clean(server)

    def permanent():
        with rig.server() as server:
            flags = ["--session", rig.path("session")]
            rig.tgcall(server, USER, flags).signed_in()
            server.keys.clear()
            outcome = rig.tgcall(server, ["send", "gone"], flags, seconds=8).ended()
            assert outcome.status != 0 and not server.api.messages, str(outcome)

    def destroyed(flags):
        def run():
            with rig.server() as server:
                session = flags + ["--session", rig.path("session")]
                rig.tgcall(server, USER, session).signed_in()
                rig.tgcall(server, ["logout", "--destroy-key"], session).done()
                assert not [key for key in server.keys.values() if not key.expires_at], "the key is still there"
                clean(server)
        return run
    all_of({"temporary": temporary, "permanent": permanent, "destroyed": destroyed([]), "destroyed, PFS": destroyed(["--pfs"])})


# ---- answers that take their time ----

class Slow(Api):
    def help_getNearestDc(self, session, msg_id, _query):
        session.send({"_": "msgs_ack", "msg_ids": [msg_id]}, content=False)
        return later(session, 2, lambda: session.result(msg_id, Api.help_getNearestDc(self)))


class Waits(Api):
    def help_getNearestDc(self, *arguments):
        errors = [RpcError(420, "FLOOD_WAIT_1"), RpcError(500, "INTERNAL")]
        if self.executed["help.getNearestDc"] <= len(errors):
            raise errors[self.executed["help.getNearestDc"] - 1]
        return super().help_getNearestDc(*arguments)

    def auth_sendCode(self, *_):
        raise RpcError(420, "FLOOD_WAIT_1")


class Scanned(Api):
    """Somebody scans the QR code a little later."""

    def auth_exportLoginToken(self, session, _msg_id, query):
        self.check_app(query)
        if self.executed["auth.exportLoginToken"] > 1:
            return {"_": "auth.loginTokenSuccess", "authorization": self.authorize(session, {"id": 777001, "first_name": "Ada"})}
        later(session, 0.5, lambda: session.send({"_": "updateShort", "update": {"_": "updateLoginToken"}, "date": 1}))
        return {"_": "auth.loginToken", "expires": int(self.server.now()) + 30, "token": os.urandom(32)}


# proves MS-7, ER-4, LG-5
def patience(rig):
    def slow(flags):
        def run():
            with rig.server(api=Slow) as server:
                rig.tgcall(server, ["invoke", "help.getNearestDc"], flags).done()
                assert server.api.executed["help.getNearestDc"] == 1 and server.received("again") == 0
                clean(server)
        return run

    def waits():
        with rig.server(api=Waits) as server:
            rig.tgcall(server, ["invoke", "help.getNearestDc"]).done()
            assert server.api.executed["help.getNearestDc"] == 3
            assert rig.tgcall(server, USER).answered().error["text"] == "FLOOD_WAIT_1"
            assert server.api.executed["auth.sendCode"] == 1
            clean(server)

    def scanned(flags):
        def run():
            with rig.server(api=Scanned) as server:
                outcome = rig.tgcall(server, ["login", "--qr"], flags).signed_in()
                assert "tg://login?token=" in outcome.log and server.api.executed["auth.exportLoginToken"] == 2
                clean(server)
        return run
    all_of({"slow": slow([]), "slow over HTTP": slow(["--transport", "http"]), "waits": waits, "scanned": scanned([]),
            "scanned over HTTP": scanned(["--transport", "http"])})


# ---- files ----

def upload(rig, server, size, flags):
    path = rig.path("file")
    with open(path, "wb") as file:
        file.write(random.randbytes(size))
    rig.tgcall(server, ["upload", path], flags).done()
    with open(path, "rb") as file:
        assert file.read() in server.api.uploaded(), "an upload of %d bytes" % size


def download(rig, server, owner, size, flags):
    owner.api.files[size] = random.randbytes(size)
    location = {"_": "inputDocumentFileLocation", "id": size, "access_hash": 1, "file_reference": "", "thumb_size": ""}
    path = rig.path("file")
    rig.tgcall(server, ["download", json.dumps(location), path], flags).done()
    with open(path, "rb") as file:
        assert file.read() == owner.api.files[size], "a download of %d bytes" % size


def files(rig):
    """More than 10 MB go up in another way than less; a connection that breaks costs nothing but time."""
    def large(flags):
        def run():
            with rig.server() as server:
                flags_here = flags + ["--session", rig.path("session")]
                rig.tgcall(server, USER, flags_here).signed_in()
                upload(rig, server, (11 << 20) + 7, flags_here)
                assert server.api.executed["upload.saveBigFilePart"] and not server.api.executed["upload.saveFilePart"]
                download(rig, server, server, (5 << 20) + 3, flags_here)
                clean(server)
        return run

    def broken(way, at):
        def run():
            with rig.server() as server:
                flags = ["--session", rig.path("session")]
                rig.tgcall(server, USER, flags).signed_in()
                server.network = Faults(**{way: at})
                upload(rig, server, 700001, flags) if way == "cut_in" else download(rig, server, server, 700001, flags)
                assert server.network.cuts == 1, "it was never cut"
                clean(server)
        return run
    jobs = {"large, " + flags[-1]: large(flags) for flags in (["--transport", "abridged"], ["--transport", "http", "--pfs"])}
    for at in (100, 5000, 200000, 400000, 699000):
        jobs.update({"%s %d" % (way, at): broken(way, at) for way in ("cut_in", "cut_out")})
    all_of(jobs)


TESTS = [migrations, test_servers, lost_keys, patience, files]
