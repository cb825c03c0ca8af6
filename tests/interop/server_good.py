"""What our client does with a server that keeps the rules: everything, on every transport, and strictly by the rules itself."""
import json
import os
import random
import subprocess
import threading

import server_api
from server_calls import download, upload
from server_crypto import OTHER_PRIME, PRIME, generators
from server_handshake import Handshake
from server_rig import BOT, USER, all_of, clean, wait_until
from server_session import Session

TRANSPORTS = {"abridged": ["--transport", "abridged"], "intermediate": ["--transport", "intermediate"],
              "padded": ["--transport", "padded"], "full": ["--transport", "full"], "http": ["--transport", "http"],
              "obfuscated": ["--obfuscated"], "obfuscated abridged": ["--obfuscated", "--transport", "abridged"],
              "obfuscated padded": ["--obfuscated", "--transport", "padded"], "ws": ["--transport", "ws"],
              "wss": ["--transport", "wss"], "https": ["--transport", "https"]}
SPOKEN = {"obfuscated": "intermediate", "ws": "padded", "wss": "padded", "https": "http"}


def calls(rig, server, flags):
    """What a user does after signing in."""
    flags = flags + ["--session", rig.path("session")]
    for words in (USER, ["invoke", "users.getFullUser", '{"id": {"_": "inputUserSelf"}}'], ["send", "Hello, myself!"]):
        rig.tgcall(server, words, flags).done()
    assert server.api.messages[0]["message"] == "Hello, myself!"
    for size in (1, 70000, 700001):
        upload(rig, server, size, flags)
        download(rig, server, server, size, flags)
    assert server.api.executed["auth.sendCode"] == 1
    rig.tgcall(server, ["logout"], flags).done()


def ways(rig, pfs):
    context = rig.tls()

    def job(name, flags):
        def run():
            with rig.server() as server:
                server.pfs = pfs
                if name in ("wss", "https"):
                    server.tls = context
                    flags.extend(["--ca-file", rig.certificate])
                rig.tgcall(server, BOT, flags).signed_in()
                calls(rig, server, flags)
                clean(server)
                assert name not in ("ws", "wss") or any(link.framing.wire.pongs for link in server.links), "no ping was answered"
                assert set(server.transports) == {SPOKEN.get(name, name.split()[-1])}, server.transports
        return run
    all_of({name: job(name, flags + ["--pfs"] * pfs) for name, flags in TRANSPORTS.items()})


# proves TR-1, TR-2, TR-3, TR-9, TR-10, KX-1, KX-2, KX-3, KX-4, KX-12, EN-1, EN-2, EN-6, MS-1, MS-2, MS-3, AP-1, SR-3
def transports(rig):
    ways(rig, False)


# proves PF-1, PF-3, PF-5
def forward_secrecy(rig):
    ways(rig, True)


# proves LG-6, SR-4, ER-5
def wrong_answers(rig):
    """What a server refuses comes out as that, with nothing said that should not be."""
    def refused(words, text):
        def run():
            with rig.server() as server:
                outcome = rig.tgcall(server, words).answered()
                assert text in json.dumps(outcome.error), str(outcome)
                clean(server)
        return run
    all_of({"code": refused(USER[:3] + ["--code", "54321"], "PHONE_CODE_INVALID"),
            "password": refused(USER[:-1] + ["wrong"], "PASSWORD_HASH_INVALID"),
            "phone": refused(["login", "--phone", "+15550009999", "--code", "12345"], "PHONE_NUMBER_INVALID"),
            "token": refused(["login", "--bot-token", "123456:" + "B" * 35], "ACCESS_TOKEN_INVALID")})


def examples(rig):
    """The examples that come with the library."""
    def run(words, text, wanted, **env):
        done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=30, check=False, env={**os.environ, **env})
        assert done.returncode == 0 and wanted in done.stdout, "%s: %s%s" % (words, done.stdout, done.stderr)
    with rig.server() as server:
        for program in os.environ["EXAMPLES"].split(":"):
            run([program, "1", server.address, rig.rsa.path], "", "nearest")
        answers = "+%s\n%s\n%s\n" % (server_api.PHONE, server_api.CODE, server_api.PASSWORD)
        run([os.environ["SIGN_IN"], server.address, str(server.dc), rig.rsa.path, rig.path("session")], answers, "nearest",
            TGCALL_API_ID=str(server_api.API_ID), TGCALL_API_HASH=server_api.API_HASH)
        assert [one["message"] for one in server.api.messages] == ["Hello, myself!"]
        clean(server)


# proves KX-8, KX-9, KX-12, KX-13
def key_exchanges(rig):
    """Every generator that fits a prime that nobody has seen before, keys of many leading zeros, and answers to try again."""
    def accepted(**attributes):
        def run():
            handshake = type("Tweaked", (Handshake,), attributes)
            with rig.server(handshake=handshake) as server:
                rig.tgcall(server, BOT, attributes.get("flags", [])).signed_in()
                clean(server)
        return run
    jobs = {"retry %d" % n: accepted(retries=n) for n in (1, 3)}
    jobs.update({"generator %d" % g: accepted(dh_prime=OTHER_PRIME, g=g) for g in generators(OTHER_PRIME)})
    jobs.update({"generator %d of Telegram's prime" % g: accepted(g=g) for g in generators(PRIME)})
    jobs["generator 4, temporary keys"] = accepted(dh_prime=OTHER_PRIME, g=4, flags=["--pfs"])
    all_of(jobs)


class Chatty(server_api.Api):
    """Sends many updates before it answers, and answers when enough of them are acknowledged."""

    def help_getNearestDc(self, session, msg_id, _query):
        def run():
            for _ in range(60):
                session.push(self.update())
            wait_until(lambda: len(session.unacked) <= 16)
            session.result(msg_id, server_api.Api.help_getNearestDc(self))
            session.flush()
        threading.Thread(target=run, daemon=True).start()
        return server_api.LATER


# proves MS-6
def acknowledgements(rig):
    with rig.server(api=Chatty) as server:
        rig.tgcall(server, ["invoke", "help.getNearestDc"]).done()
        clean(server)
        assert server.received("msgs_ack") < 60


class Detailed(Session):
    """Says that there is an answer, and gives it when it is asked for."""

    def result(self, msg_id, value):
        super().result(msg_id, value)
        answer = self.answers[msg_id]
        self.queue.remove(answer)
        self.server.kept[answer.msg_id] = answer
        self.send({"_": "msg_detailed_info", "msg_id": msg_id, "answer_msg_id": answer.msg_id, "bytes": len(answer.body),
                   "status": 0}, content=False)


class Unannounced(Session):
    """An update is only announced; what becomes of it is up to the client."""

    def result(self, msg_id, value):
        update = self.send(self.server.api.update())
        self.queue.remove(update)
        self.server.kept[update.msg_id] = update
        self.send({"_": "msg_new_detailed_info", "answer_msg_id": update.msg_id, "bytes": len(update.body), "status": 0},
                  content=False)
        super().result(msg_id, value)


class Curious(Session):
    """Asks for the state of what the client sent, and for some of it again."""

    def result(self, msg_id, value):
        self.send({"_": "msgs_state_req", "msg_ids": [msg_id, msg_id - (1 << 34), msg_id + (1 << 40)]}, content=False)
        self.send({"_": "msg_resend_req", "msg_ids": [msg_id]}, content=False)
        super().result(msg_id, value)


# proves MS-14
def questions(rig):
    def with_session(session, check):
        def run():
            with rig.server(session=session) as server:
                rig.tgcall(server, USER).signed_in()
                clean(server)
                check(server)
        return run

    def states(server):
        assert server.state_infos and all(len(one["info"]) == 3 for one in server.state_infos), server.state_infos
    all_of({"detailed": with_session(Detailed, lambda server: None),
            "unannounced": with_session(Unannounced, lambda server: None), "curious": with_session(Curious, states)})


class Moving(Session):
    """Another salt after every few messages."""
    every = 3

    def message(self, *arguments):
        super().message(*arguments)
        if len(self.seen) % self.every == 0:
            self.key.salt = random.getrandbits(63)
            self.key.salts = {self.key.salt}


# proves MS-10
def salts(rig):
    with rig.server(session=Moving) as server:
        server.salts_move = True
        rig.tgcall(server, USER).signed_in()
        clean(server)
        assert server.api.executed["auth.sendCode"] == 1


class Never(server_api.Api):
    def help_getNearestDc(self, *_):
        return server_api.LATER


# proves MS-15
def dropped(rig):
    """A call without an answer ends when its time is over, and the server is told that nobody waits."""
    with rig.server(api=Never) as server:
        rig.tgcall(server, ["invoke", "help.getNearestDc"], seconds=2).refused("timeout")
        clean(server)


TESTS = [transports, forward_secrecy, wrong_answers, examples, key_exchanges, acknowledgements, questions, salts, dropped]
