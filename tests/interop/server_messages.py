"""Messages that a client must not believe: sealed wrongly, of another session or time, seen before, of a size that lies. Beside
each stands an answer that says FORGED, which must never come out; the true one comes after it."""
import gzip
import os
import random
import struct

from server_crypto import envelope_keys_v1, ige, sha1
from server_rig import BOT, PATIENT, USER, all_of
from server_session import CONTAINER, GZIP, RESULT, Session

SECOND = 1 << 32


def forged(session, msg_id):
    """An answer to that request that an attacker would have liked to give."""
    error = {"_": "rpc_error", "error_code": 400, "error_message": "FORGED"}
    return struct.pack("<Iq", RESULT, msg_id) + session.server.schema.encode(error)


def sealed(session, msg_id, at=0, remainder=1, **options):
    """The forged answer in an envelope that is right but for what the options say."""
    own = session.server.next_id(0) + int(at * SECOND) + remainder
    return session.seal(own, 2 * session.out_content + 1, forged(session, msg_id), **options)


def sized(session, msg_id, size, padding=16):
    """The envelope is right, the length in it is not."""
    body = forged(session, msg_id)
    size = size(len(body)) if callable(size) else size
    plain = struct.pack("<qqqii", session.key.salt, session.id, session.server.next_id(1), 1, size) + body
    return session.seal_plain(plain + os.urandom(padding + -(len(plain) + padding) % 16))


def flipped(packet, first, last):
    at = random.randrange(first, last if last else len(packet))
    return packet[:at] + bytes([packet[at] ^ 1 << random.randrange(8)]) + packet[at + 1:]


def old_version(session, msg_id):
    """As MTProto 1 had it."""
    body = forged(session, msg_id)
    plain = struct.pack("<qqqii", session.key.salt, session.id, session.server.next_id(1), 1, len(body)) + body
    msg_key = sha1(plain)[4:]
    plain += os.urandom(-len(plain) % 16)
    return struct.pack("<q", session.key.id) + msg_key + ige(plain, *envelope_keys_v1(session.key.data, msg_key, 8), True)


def unencrypted(session, msg_id):
    body = forged(session, msg_id)
    return struct.pack("<qqi", 0, session.server.next_id(1), len(body)) + body


FORGERIES = {
    "msg_key": lambda s, m: flipped(sealed(s, m), 8, 24),
    "cipher text": lambda s, m: flipped(sealed(s, m), 24, None),
    "last byte": lambda s, m: (lambda packet: packet[:-1] + bytes([packet[-1] ^ 1]))(sealed(s, m)),
    "key id": lambda s, m: flipped(sealed(s, m), 0, 8),
    "session id": lambda s, m: sealed(s, m, session_id=random.getrandbits(62)),
    "session id 0": lambda s, m: sealed(s, m, session_id=0),
    "even id": lambda s, m: sealed(s, m, remainder=0),
    "id of a client": lambda s, m: sealed(s, m, remainder=2),
    "id of ten minutes ago": lambda s, m: sealed(s, m, at=-600),
    "id of a day ago": lambda s, m: sealed(s, m, at=-86400),
    "id of the next minute": lambda s, m: sealed(s, m, at=90),
    "id of the next year": lambda s, m: sealed(s, m, at=31536000),
    "no padding": lambda s, m: unpadded(s, m),
    "padding of 1040": lambda s, m: sized(s, m, lambda size: size, 1040),
    "length too large": lambda s, m: sized(s, m, lambda size: size + 64),
    "length enormous": lambda s, m: sized(s, m, 0x7ffffff0),
    "length negative": lambda s, m: sized(s, m, -4),
    "length smallest": lambda s, m: sized(s, m, -0x80000000),
    "length odd": lambda s, m: sized(s, m, lambda size: size - 1),
    "length 0": lambda s, m: sized(s, m, 0),
    "MTProto 1": old_version,
    "unencrypted": unencrypted,
    "its own request": lambda s, m: s.link.last_packet,
    "8 bytes": lambda s, m: sealed(s, m)[:8],
    "24 bytes": lambda s, m: sealed(s, m)[:24],
    "56 bytes": lambda s, m: sealed(s, m)[:56],
    "all but a block": lambda s, m: sealed(s, m)[:-16],
    "zeros": lambda s, m: bytes(128),
    "noise": lambda s, m: os.urandom(128),
}


def unpadded(session, msg_id):
    body = forged(session, msg_id)
    body += bytes(-len(body) % 16)
    plain = struct.pack("<qqqii", session.key.salt, session.id, session.server.next_id(1), 1, len(body)) + body
    return session.seal_plain(plain)


def forger(forge, times):
    class Forger(Session):
        """The first answers come after a forgery."""

        def result(self, msg_id, value):
            if self.server.forgeries < times:
                self.server.forgeries += 1
                self.link.send_packet(forge(self, msg_id))
            super().result(msg_id, value)
    return Forger


def believed(outcome):
    return "FORGED" in outcome.log or "FORGED" in str(outcome.answer)


# proves EN-1, EN-2, EN-4, EN-6, EN-7, EN-8, EN-9, EN-10, EN-12, EN-13, EN-14, MS-8
def forgeries(rig):
    """A forgery or two before the truth: the client signs in all the same."""
    def job(forge, flags):
        def run():
            with rig.server(session=forger(forge, 2)) as server:
                outcome = rig.tgcall(server, BOT, flags).signed_in()
                assert not believed(outcome) and server.forgeries == 2, str(outcome)
        return run
    all_of({name: job(forge, ["--pfs"] * (number % 2)) for number, (name, forge) in enumerate(FORGERIES.items())}, 20)


# proves EN-7, EN-13, RB-5
def forgeries_without_end(rig):
    """Before every answer: the client signs in, or ends with an error of the network."""
    def job(forge):
        def run():
            with rig.server(session=forger(forge, 1 << 30)) as server:
                outcome = rig.tgcall(server, BOT, seconds=6).ended()
                assert not believed(outcome), str(outcome)
        return run
    all_of({name: job(forge) for name, forge in FORGERIES.items()}, 20)


# ---- the same again, and what is inside ----

class Replaying(Session):
    """Everything is sent twice, and everything old once more with each new message."""

    def put(self, message):
        packet = self.seal(message.msg_id, message.seqno, message.body)
        self.packets = getattr(self, "packets", []) + [packet]
        for one in [packet] + self.packets[-5:]:
            self.link.send_packet(one)


class Resealing(Session):
    """The same messages in other envelopes."""

    def put(self, message):
        for _ in range(3):
            super().put(message)


class Twice(Session):
    """Each request is answered twice, the second time with a lie."""

    def result(self, msg_id, value):
        super().result(msg_id, value)
        self.send(forged(self, msg_id), answer=True)


class Unasked(Session):
    """Answers to requests that were never made."""

    def result(self, msg_id, value):
        for wrong in (0, -1, msg_id + 4, msg_id - 4, random.getrandbits(62)):
            self.send(forged(self, wrong), answer=True)
        super().result(msg_id, value)


# proves EN-11, MS-6
def replays(rig):
    def job(session, words):
        def run():
            with rig.server(session=session) as server:
                outcome = rig.tgcall(server, words).signed_in()
                assert not believed(outcome), str(outcome)
                assert not [one for one in server.faults if "acknowledged" not in one], server.faults
        return run
    all_of({"%s, %s" % (session.__name__, words[1]): job(session, words)
            for session in (Replaying, Resealing, Twice, Unasked) for words in (BOT, USER)})


def contained(*bodies, count=None, nest=0, size=None):
    """A container of these, that may lie about how many and how large they are."""
    def make(session, msg_id):
        parts = []
        for body in bodies:
            body = body(session, msg_id)
            parts.append(struct.pack("<qii", session.server.next_id(1), 1, len(body) if size is None else size) + body)
        out = struct.pack("<Ii", CONTAINER, len(parts) if count is None else count) + b"".join(parts)
        for _ in range(nest):
            out = struct.pack("<Iiqii", CONTAINER, 1, session.server.next_id(1), 1, len(out)) + out
        return out
    return make


def packed(body, tail=b"", cut=None, times=1):
    def make(session, msg_id):
        data = body(session, msg_id) if callable(body) else body
        for _ in range(times):
            data = session.server.schema.encode({"_": "gzip_packed", "packed_data": (gzip.compress(data) + tail)[:cut]})
        return data
    return make


def result_of(body):
    return lambda session, msg_id: struct.pack("<Iq", RESULT, msg_id) + (body(session, msg_id) if callable(body) else body)


BOMB = gzip.compress(bytes(1 << 28))  # 256 kB that become 256 MB
BOMB_BODY = struct.pack("<I", GZIP) + b"\xfe" + len(BOMB).to_bytes(3, "little") + BOMB + bytes(-len(BOMB) % 4)
INSIDE = {
    "container in a container": contained(forged, nest=1),
    "containers nine deep": contained(forged, nest=9),
    "containers a thousand deep": contained(forged, nest=1000),
    "count of -1": contained(forged, count=-1),
    "count of 2^31 - 1": contained(forged, count=0x7fffffff),
    "count of 2 for 1": contained(forged, count=2),
    "count of 0 for 1": contained(forged, count=0),
    "size of -4": contained(forged, size=-4),
    "size of 3": contained(forged, size=3),
    "size of 2^31 - 4": contained(forged, size=0x7ffffffc),
    "empty container": contained(),
    "container in gzip": packed(contained(forged)),
    "gzip in gzip": packed(forged, times=2),
    "gzip ten deep": packed(forged, times=10),
    "gzip cut": packed(lambda s, m: forged(s, m) + os.urandom(400), cut=200),
    "gzip of nothing": packed(b""),
    "gzip that is none": lambda s, m: struct.pack("<I", GZIP) + b"\x07nonsens",
    "bomb": lambda s, m: BOMB_BODY,
    "bomb as a result": result_of(lambda s, m: BOMB_BODY),
    "bomb in a container": contained(lambda s, m: BOMB_BODY),
    "no constructor": lambda s, m: struct.pack("<I", 0xdeadbeef),
    "unknown update": lambda s, m: struct.pack("<IQQ", 0x0badcafe, 1, 2),
    "result cut": lambda s, m: struct.pack("<IQ", RESULT, m)[:8],
    "twelve megabytes": lambda s, m: struct.pack("<I", 0x0badcafe) + bytes(12 << 20),
    "thirty thousand messages": contained(*[lambda s, m: struct.pack("<I", 0x0badcafe)] * 30000),
    "thirty thousand answers": contained(*[lambda s, m: result_of(bytes(4))(s, 5)] * 30000),
    "noise": lambda s, m: os.urandom(64),
}


def insider(inside):
    class Insider(Session):
        """Something strange comes before each answer, sealed as it should be."""

        def result(self, msg_id, value):
            self.flush()
            self.send(inside(self, msg_id))
            self.flush()
            super().result(msg_id, value)
    return Insider


# proves MS-3, MS-4, MS-5, TL-14, TL-17
def insides(rig):
    def job(inside, strange):
        def run():
            with rig.server(session=insider(inside)) as server:
                outcome = rig.tgcall(server, BOT, seconds=PATIENT if strange else 6).ended()
                if strange:
                    assert outcome.status == 0 and not believed(outcome), str(outcome)
        return run
    harmless = {"empty container", "no constructor", "unknown update", "noise"}
    all_of({name: job(inside, name in harmless) for name, inside in INSIDE.items()}, 20)


TESTS = [forgeries, forgeries_without_end, replays, insides]
