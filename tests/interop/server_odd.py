"""Servers whose answers make no sense: passwords that prove nothing, configurations full of nonsense, keys that cannot be bound,
clocks that show no time, connections that never last."""
import os
import random

from server_api import PASSWORD, Api, RpcError
from server_crypto import OTHER_PRIME, PRIME, Srp, big, generators, large_prime
from server_dc import Link
from server_handshake import Handshake
from server_keys import changed
from server_rig import BOT, PATIENT, USER, all_of, clean
from server_session import Session


def with_api(**methods):
    return type("Odd", (Api,), methods)


def password(**changes):
    """Parameters of a password check that differ from good ones; algo_... is in current_algo."""
    def account_getPassword(self, *arguments):
        answer = Api.account_getPassword(self, *arguments)
        for name, value in changes.items():
            if name.startswith("algo_"):
                answer["current_algo"][name[5:]] = value
            else:
                answer[name] = value
        return answer
    return account_getPassword


def passwords_to_refuse():
    unknown = {"_": "passwordKdfAlgoUnknown"}
    return {
        "B 0": password(srp_B=bytes(256)), "B empty": password(srp_B=b""), "B p": password(srp_B=big(PRIME)),
        "B more than p": password(srp_B=b"\xff" * 256), "B of 100 bytes": password(srp_B=os.urandom(100)),
        "B of 257 bytes": password(srp_B=b"\x01" + bytes(256)), "g 1": password(algo_g=1), "g 0": password(algo_g=0),
        "g -3": password(algo_g=-3), "g that does not fit": password(algo_g=next(g for g in range(2, 8) if g not in generators(PRIME))),
        "p not safe": password(algo_p=big(large_prime(2048)), algo_g=4), "p composite": password(algo_p=big(PRIME + 8)),
        "p of 1024 bits": password(algo_p=big(large_prime(1024))), "p empty": password(algo_p=b""),
        "unknown algorithm": password(current_algo=unknown),
    }


# proves SR-1
def passwords(rig):
    """Nothing that was made of the password goes out when the group is not to be trusted."""
    def refused(method):
        def run():
            with rig.server(api=with_api(account_getPassword=method)) as server:
                outcome = rig.tgcall(server, USER)
                assert outcome.status != 0 and outcome.error.get("text"), str(outcome)
                assert not server.api.executed["auth.checkPassword"], "the proof was sent: %s" % outcome
                clean(server)
        return run

    def other_group(g):
        def run():
            def begin(self, server):
                Api.__init__(self, server)
                self.srp = Srp(PASSWORD, g, OTHER_PRIME)
            with rig.server(api=with_api(__init__=begin)) as server:
                rig.tgcall(server, USER).signed_in()
                clean(server)
        return run
    jobs = {name: refused(method) for name, method in passwords_to_refuse().items()}
    jobs.update({"another prime, %d" % g: other_group(g) for g in generators(OTHER_PRIME)[:2]})
    all_of(jobs, 12)


# ---- configurations ----

def option(**values):
    return {"_": "dcOption", "id": 2, "ip_address": "127.0.0.1", "port": 1, **values}


CONFIGURATIONS = {
    "no addresses": {"dc_options": []},
    "bad addresses": {"dc_options": [option(ip_address=text) for text in ("", "x", "999.1.2.3", "::", "1:2:3", "a" * 5000, "\0", "[")]},
    "bad ports": {"dc_options": [option(port=port) for port in (0, -1, 65536, 70000, -0x80000000, 0x7fffffff)]},
    "bad numbers": {"dc_options": [option(id=number) for number in (0, -1, 1000000, 0x7fffffff, -0x80000000)]},
    "bad secrets": {"dc_options": [option(secret=os.urandom(size)) for size in (0, 1, 15, 17, 300)]},
    "ten thousand": {"dc_options": [option(id=number % 7, port=number + 1) for number in range(10000)]},
    "flags": {"dc_options": [option(cdn=True), option(media_only=True), option(tcpo_only=True), option(ipv6=True), option(static=True)]},
    "expired": {"date": 5, "expires": 1}, "never expires": {"expires": 0x7fffffff}, "negative": {"date": -5, "expires": -1},
    "of another data centre": {"this_dc": 4}, "of none": {"this_dc": -1}, "of test servers": {"test_mode": True},
    "all numbers -1": {name: -1 for name in ("chat_size_max", "caption_length_max", "webfile_dc_id", "call_ring_timeout_ms")},
}


# proves AP-5
def configurations(rig):
    """What help.getConfig says of other addresses costs nobody the connection that there is, nor the next one."""
    def job(values):
        def run():
            def help_getConfig(self, *arguments):
                return {**Api.help_getConfig(self, *arguments), **values}
            with rig.server(api=with_api(help_getConfig=help_getConfig)) as server:
                flags = ["--session", rig.path("session")]
                rig.tgcall(server, BOT, flags).signed_in()
                rig.tgcall(server, ["invoke", "help.getNearestDc"], flags).done()
                clean(server)
        return run
    all_of({name: job(values) for name, values in CONFIGURATIONS.items()}, 12)


# ---- what comes before all calls ----

def failing(code, text, times=1 << 30):
    def method(self, session, msg_id, query):
        self.failures = getattr(self, "failures", 0) + 1
        if self.failures <= times:
            raise RpcError(code, text)
        return getattr(Api, query["_"].replace(".", "_"))(self, session, msg_id, query)
    return method


# proves AP-1, PF-5, PF-1
def first_calls(rig):
    """Errors of initConnection and of bindTempAuthKey: told, or mended when they pass."""
    def job(name, method, flags, through):
        def run():
            with rig.server(api=with_api(**{name: method})) as server:
                server.pfs = "--pfs" in flags
                outcome = rig.tgcall(server, BOT, flags, seconds=PATIENT if through else 8).ended()
                assert (outcome.status == 0) == through, str(outcome)
                assert server.api.failures <= 12, "%d times" % server.api.failures
                clean(server)
        return run
    jobs = {}
    for code, text in ((400, "API_ID_INVALID"), (400, "CONNECTION_LAYER_INVALID"), (406, "UPDATE_APP_TO_LOGIN"), (401, "AUTH_KEY_INVALID"),
                       (420, "FLOOD_WAIT_3000"), (500, "INTERNAL")):
        # A 401 is of the connection's own question, not of the user's: it stops nobody.
        jobs["init: " + text] = job("help_getConfig", failing(code, text), [], code == 401)
    for code, text in ((400, "ENCRYPTED_MESSAGE_INVALID"), (400, "EXPIRES_AT_INVALID"), (400, "TEMP_AUTH_KEY_EMPTY"), (500, "INTERNAL")):
        jobs["bind: " + text] = job("auth_bindTempAuthKey", failing(code, text), ["--pfs"], False)
        jobs["bind: %s, once" % text] = job("auth_bindTempAuthKey", failing(code, text, 1), ["--pfs"], True)
    all_of(jobs, 20)


# ---- time ----

# proves KX-14, EN-12
def odd_times(rig):
    """The time in the key exchange is not that of the messages: signed in or told, in bounded time."""
    def job(seconds):
        def run():
            exchange = type("Odd", (Handshake,), changed("dh_inner", server_time=seconds))
            with rig.server(handshake=exchange) as server:
                server.check_clock = False
                rig.tgcall(server, BOT, seconds=8).ended()
        return run
    all_of({str(seconds): job(seconds) for seconds in (0, -1, -0x80000000, 0x7fffffff, 1, 1500000000)}, 12)


# ---- connections that never last ----

def closing(after):
    class Closing(Link):
        """At its end after so many packets, but not in the middle of a key exchange."""
        sent = 0

        def send_packet(self, packet):
            super().send_packet(packet)
            self.sent += 1
            if self.sent >= after and self.server.sessions():
                self.wire.close()
    return Closing


class Hasty(Session):
    """Closes the connection right after each answer."""

    def result(self, msg_id, value):
        super().result(msg_id, value)
        self.flush()
        if random.random() < 0.5:
            self.link.wire.close()


# proves MS-8, RB-5
def short_connections(rig):
    def job(flags, **options):
        def run():
            with rig.server(**options) as server:
                rig.tgcall(server, USER, flags).signed_in()
                assert server.api.executed["auth.sendCode"] == 1 and len(server.links) < 40
                clean(server)
        return run
    all_of({"TCP, five": job(["--transport", "abridged"], link=closing(5)),
            "TCP, eight, temporary keys": job(["--obfuscated", "--pfs"], link=closing(8)),
            "WebSocket, seven": job(["--transport", "ws"], link=closing(7)),
            "hasty": job([], session=Hasty), "hasty, temporary keys": job(["--pfs"], session=Hasty)})


TESTS = [passwords, configurations, first_calls, odd_times, short_connections]
