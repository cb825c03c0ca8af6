"""Servers that are right in every message and wrong in all: notifications of every kind, salts that keep changing, floods,
clocks that are off, answers that nobody can read. The client gets through, or ends with a typed error in bounded time."""
import random
import struct

import server_api
from server_rig import BOT, PATIENT, USER, all_of, clean
from server_session import RESULT, Session
from server_tl import VECTOR

DAY = 86400
CODES = (16, 17, 18, 19, 20, 32, 33, 34, 35, 48, 64, 0, -1, 99)


def notifying(code, times):
    class Notifying(Session):
        """Refuses what carries a query, with that code."""

        def message(self, msg_id, seqno, body, container):
            if self.server.forgeries < times and container is None and len(body) > 60:
                self.server.forgeries += 1
                self.lossy = True
                self.send({"_": "bad_msg_notification", "bad_msg_id": msg_id, "bad_msg_seqno": seqno, "error_code": code},
                          content=False)
                return
            super().message(msg_id, seqno, body, container)
    return Notifying


# proves MS-9
def notifications(rig):
    """Each code a few times. What was refused is sent again under another id; a code that cannot be mended may end the call."""
    def job(code, times, words):
        def run():
            with rig.server(session=notifying(code, times)) as server:
                outcome = rig.tgcall(server, words, seconds=PATIENT if times < 4 else 8).ended()
                if times == 1 and code in CODES[:11]:
                    outcome.signed_in()
                    clean(server)
                assert sum(session.received["auth.sendCode"] for session in server.sessions()) <= 1
        return run
    jobs = {"%d, once" % code: job(code, 1, BOT) for code in CODES}
    jobs.update({"%d, 3 times" % code: job(code, 3, USER) for code in (16, 17, 32, 64)})
    jobs.update({"%d for ever" % code: job(code, 1 << 30, BOT) for code in CODES})
    all_of(jobs, 20)


class NeverTheSalt(Session):
    """Another salt after every message: none that the client has is ever right."""

    def check_outer(self, salt, msg_id, seqno):
        self.key.salt = random.getrandbits(63)
        self.key.salts = {self.key.salt}
        return super().check_outer(salt ^ 1, msg_id, seqno)


class Strangers(Session):
    """Notifications about messages that nobody sent: with a salt and a time in them that must not be taken over."""

    def receive(self, *arguments):
        for number in range(20):
            bad = {"bad_msg_id": random.getrandbits(60) & -4, "bad_msg_seqno": 1, "error_code": 48 if number % 2 else 17}
            if number % 2:
                self.send({"_": "bad_server_salt", "new_server_salt": random.getrandbits(62), **bad}, content=False)
            else:
                self.send({"_": "bad_msg_notification", **bad}, content=False)
        super().receive(*arguments)


class NewSessions(Session):
    """Says with every answer that the session is new."""

    def result(self, msg_id, value):
        for _ in range(50):
            self.send({"_": "new_session_created", "first_msg_id": msg_id, "unique_id": random.getrandbits(62),
                       "server_salt": self.key.salt})
        super().result(msg_id, value)


class LaterSessions(Session):
    """Says that everything so far is forgotten, a few times: what was asked has to be asked again."""

    def message(self, msg_id, seqno, body, container):
        if self.server.forgeries < 3 and container is None and len(body) > 60:
            self.server.forgeries += 1
            self.lossy = True
            self.send({"_": "new_session_created", "first_msg_id": msg_id + 4, "unique_id": random.getrandbits(62),
                       "server_salt": self.key.salt})
            return
        super().message(msg_id, seqno, body, container)


class Flood(Session):
    """Thousands of updates before each answer."""

    def result(self, msg_id, value):
        for _ in range(3000):
            self.send(self.server.api.update())
        super().result(msg_id, value)


class Announcements(Session):
    """Speaks of messages that do not exist, asks for what there is not, acknowledges what was not sent."""

    def result(self, msg_id, value):
        many = [random.getrandbits(62) for _ in range(8192)]
        self.send({"_": "msgs_state_req", "msg_ids": many}, content=False)
        self.send({"_": "msg_resend_req", "msg_ids": many}, content=False)
        self.send({"_": "msgs_ack", "msg_ids": many}, content=False)
        self.send({"_": "msgs_all_info", "msg_ids": many[:100], "info": bytes(3)}, content=False)
        self.send({"_": "msgs_state_info", "req_msg_id": many[0], "info": b"\x04" * 9}, content=False)
        self.send({"_": "pong", "msg_id": many[0], "ping_id": 1}, content=False)
        self.send({"_": "future_salts", "req_msg_id": many[0], "now": 0, "salts": []}, content=False)
        self.server.sent_ids.update(one + 1 for one in many[:200])  # as far as a client can know
        for one in many[:200]:
            self.send({"_": "msg_detailed_info", "msg_id": one, "answer_msg_id": one + 1, "bytes": 1 << 30, "status": 0}, content=False)
            self.send({"_": "msg_new_detailed_info", "answer_msg_id": one + 1, "bytes": -1, "status": 0}, content=False)
        super().result(msg_id, value)


class States(Session):
    """Says of each request that it was never received, though it was."""

    def on_msgs_state_req(self, msg_id, _seqno, value):
        self.send({"_": "msgs_state_info", "req_msg_id": msg_id, "info": bytes([1] * (len(value["msg_ids"]) + 5))}, content=False)


# proves MS-6, MS-9, MS-10, MS-11, MS-12, MS-14
def storms(rig):
    def job(session, words, through, **attributes):
        def run():
            with rig.server(session=session) as server:
                for name, value in attributes.items():
                    setattr(server, name, value)
                outcome = rig.tgcall(server, words, seconds=PATIENT if through else 10).ended()
                if through:
                    outcome.signed_in()
                faults = [one for one in server.faults if "asked for again" not in one and "id 0" not in one]
                assert not faults, faults[:9]
                assert server.api.executed["auth.sendCode"] <= 1
        return run
    all_of({"salts": job(NeverTheSalt, BOT, False, salts_move=True), "strangers": job(Strangers, USER, True),
            "new sessions": job(NewSessions, USER, True), "later sessions": job(LaterSessions, USER, True),
            "flood": job(Flood, BOT, True), "announcements": job(Announcements, USER, True),
            "states": job(States, USER, True)})


# ---- clocks ----

class Punctual(Session):
    """Refuses messages whose time is not the server's, as Telegram does."""

    def check_outer(self, salt, msg_id, seqno):
        ahead = msg_id / (1 << 32) - self.server.now()
        if not -300 < ahead < 30:
            self.server.forgeries += 1
            self.lossy = True
            self.send({"_": "bad_msg_notification", "bad_msg_id": msg_id, "bad_msg_seqno": seqno,
                       "error_code": 16 if ahead < 0 else 17}, content=False)
            return False
        return super().check_outer(salt, msg_id, seqno)


# proves MS-1, MS-9, MS-18, EN-12
def clocks(rig):
    """The server's clock is off: the client takes its time over, in the key exchange or when it is told so later."""
    def job(days, flags):
        def run():
            session = ["--session", rig.path("session")]
            with rig.server(session=Punctual, clock=days * DAY) as server:
                rig.tgcall(server, USER, session + flags).signed_in()
                assert server.forgeries == 0, "%d messages with a wrong time, after a key exchange" % server.forgeries
                server.set_clock(-days * DAY / 2)
                for key in server.keys.values():
                    key.expires_at = key.expires_at and key.expires_at + abs(days) * DAY * 2
                for _ in range(2):
                    rig.tgcall(server, ["invoke", "help.getNearestDc"], session + flags).done()
                clean(server)
        return run
    all_of({"%g days %s" % (days, flags): job(days, flags) for days in (1, -1, 0.01, -0.01, 1000, -1000, 4000)
            for flags in ([], ["--pfs"])}, 8)


# ---- answers that are none ----

def answering(make):
    class Answering(server_api.Api):
        def help_getNearestDc(self, session, msg_id, _query):
            value = make(self, session, msg_id)
            session.answers[msg_id] = session.send(value if value[:4] == struct.pack("<I", RESULT) else
                                                   struct.pack("<Iq", RESULT, msg_id) + value, answer=True)
            return server_api.LATER
    return Answering


def error(code, text):
    return lambda api, *_: api.schema.encode({"_": "rpc_error", "error_code": code, "error_message": text})


def nearest(api, country="DE"):
    return api.schema.encode({**server_api.Api.help_getNearestDc(api), "country": country})


def answers():
    return {
        "unknown constructor": lambda *_: struct.pack("<IQ", 0xdeadbeef, 1),
        "another type": lambda api, *_: api.schema.encode({"_": "boolTrue"}),
        "a vector": lambda *_: struct.pack("<Iii", VECTOR, 1, 5),
        "cut": lambda api, *_: nearest(api)[:-4],
        "cut in a string": lambda api, *_: nearest(api, "x" * 300)[:100],
        "too long": lambda api, *_: nearest(api) + bytes(8),
        "nothing": lambda *_: b"",
        "an error of code 0": error(0, "NOTHING"),
        "an error without text": error(400, ""),
        "an error of noise": error(400, bytes(range(1, 250))),
        "an error of a million bytes": error(500 - 99, "A" * 1000000),
        "an error with a format": error(400, "%s%n%s_%d"),
        "a huge wait": error(420, "FLOOD_WAIT_99999999999999999999"),
        "a negative wait": error(420, "FLOOD_WAIT_-5"),
        "a migration to nowhere": error(303, "NETWORK_MIGRATE_99"),
        "a migration to here": error(303, "NETWORK_MIGRATE_2"),
        "a migration to 0": error(303, "USER_MIGRATE_0"),
        "a migration to -1": error(303, "PHONE_MIGRATE_-1"),
        "not initialised, for ever": error(400, "CONNECTION_NOT_INITED"),
        "not bound, for ever": error(401, "AUTH_KEY_PERM_EMPTY"),
        "internal, for ever": error(500, "INTERNAL"),
        "waiting, for ever": error(400, "MSG_WAIT_TIMEOUT"),
        "unregistered": error(401, "AUTH_KEY_UNREGISTERED"),
        "duplicated": error(406, "AUTH_KEY_DUPLICATED"),
        "invalid": error(401, "AUTH_KEY_INVALID"),
        "revoked": error(401, "SESSION_REVOKED"),
    }


# proves TL-17, TL-18, ER-1, ER-2, AP-1, AP-4
def unreadable_answers(rig):
    def job(make, flags):
        def run():
            with rig.server(api=answering(make)) as server:
                outcome = rig.tgcall(server, ["invoke", "help.getNearestDc"], flags, seconds=8).ended()
                assert outcome.status != 0, str(outcome)
                assert server.api.executed["help.getNearestDc"] <= 12, server.api.executed
        return run
    all_of({name + " " + "".join(flags): job(make, flags) for name, make in answers().items() for flags in ([], ["--pfs"])}, 20)


TESTS = [notifications, storms, clocks, unreadable_answers]
