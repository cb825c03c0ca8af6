"""Sessions of the independent server: messages in and out of the envelope, and the rules that a client must keep. A test that
wants the server to misbehave overrides the step in question."""
import collections
import gzip
import os
import random
import struct
import threading
import time
import zlib

from server_crypto import envelope_keys, ige, message_key
from server_tl import Malformed, Reader

CONTAINER, GZIP, RESULT = 0x73f1f8dc, 0x3072cfa1, 0xf35c6d01
NEVER_CONTENT = {"msgs_ack", "http_wait", "gzip_packed"}
NOT_PACKED = {"msgs_ack", "http_wait", "ping", "ping_delay_disconnect", "msgs_state_req", "msg_resend_req", "rpc_drop_answer",
              "destroy_session", "get_future_salts", "msgs_state_info", "destroy_auth_key"}
ACK_WITHIN, ACK_MOST = 3.0, 16  # more than so many, that have waited for so many seconds, are too many


def long(number):
    """As TL has it: signed."""
    return struct.unpack("<q", struct.pack("<Q", number & (1 << 64) - 1))[0]


def open_envelope(session_of, server, key, packet):
    """Returns (session, salt, msg_id, seqno, body), or None for what is to be dropped."""
    msg_key, sealed = packet[8:24], packet[24:]
    sealed = sealed[:len(sealed) // 16 * 16]
    plain = ige(sealed, *envelope_keys(key.data, msg_key, 0), False)
    if message_key(key.data, plain, 0) != msg_key:
        server.blame("msg_key is wrong")
        return None
    salt, session_id, msg_id, seqno, size = struct.unpack("<qqqii", plain[:32])
    padding = len(plain) - 32 - size
    if size < 4 or size % 4 or not 12 <= padding <= 1024:
        server.blame("a message of %d bytes with %d of padding" % (size, padding))
        return None
    tail = plain[32 + size:]
    if len(set(tail)) < 4:
        server.blame("padding that is not random: " + tail.hex())
    return session_of(session_id), salt, msg_id, seqno, plain[32:32 + size]


class Sent:
    """A message of ours that may have to be sent again."""

    def __init__(self, msg_id, seqno, body):
        self.msg_id, self.seqno, self.body, self.at = msg_id, seqno, body, time.monotonic()


class Session:
    greet = True  # new_session_created comes first

    def __init__(self, server, key, session_id):
        self.server, self.key, self.id = server, key, session_id
        self.lock = threading.RLock()
        self.arrived = threading.Condition(self.lock)
        self.link = None
        self.last = self.content = self.out_content = self.last_seqno = 0
        self.seen, self.answers, self.dropped = {}, {}, set()
        self.unacked = collections.OrderedDict()
        self.queue = []
        self.lossy = self.greeted = self.inited = False
        self.received = collections.Counter()

    def blame(self, text):
        self.server.blame("session: " + text)

    # ---- what comes in ----

    def receive(self, link, salt, msg_id, seqno, body):
        with self.lock:
            if self.link is not link:
                self.moved(link)
            if not self.check_outer(salt, msg_id, seqno):
                return
            self.check_acks()
            if not self.greeted and self.greet:
                self.send({"_": "new_session_created", "first_msg_id": self.first_id(msg_id, body),
                           "unique_id": random.getrandbits(63), "server_salt": self.key.salt})
            self.greeted = True
            self.message(msg_id, seqno, body, None)

    @staticmethod
    def first_id(msg_id, body):
        """Of the messages in a container the first one, else the message's own."""
        return struct.unpack("<q", body[8:16])[0] if body[:4] == struct.pack("<I", CONTAINER) and len(body) >= 16 else msg_id

    def moved(self, link):
        """Another connection carries the session now: what was not acknowledged is sent again."""
        if self.link is not None or link.framing.is_http or self.server.network.cuts:
            self.lossy = True  # over HTTP, packets of several connections overtake each other
        if self.link is not None and not link.framing.is_http:
            self.queue = list(self.unacked.values()) + [one for one in self.queue if one.msg_id not in self.unacked]
        self.link = link

    def check_outer(self, salt, msg_id, seqno):
        if salt not in self.key.salts:
            if not self.server.salts_move:
                self.blame("salt %x was never given out" % salt)
            self.lossy = True
            self.send({"_": "bad_server_salt", "bad_msg_id": msg_id, "bad_msg_seqno": seqno, "error_code": 48,
                       "new_server_salt": self.key.salt}, content=False)
            return False
        self.server.check_id(msg_id, "message")
        if msg_id <= self.last and not self.overtaken():
            self.blame("message id %x is not larger than the one before" % msg_id)
        return True

    def check_acks(self):
        late = [one for one in self.unacked.values() if time.monotonic() - one.at > ACK_WITHIN]
        if len(late) > ACK_MOST:
            self.blame("%d messages wait for an acknowledgement" % len(late))

    def message(self, msg_id, seqno, body, container):
        number = struct.unpack("<I", body[:4])[0]
        if number == CONTAINER:
            self.container(msg_id, seqno, body, container)
            return
        if container is not None and msg_id >= container:
            self.blame("an id inside a container that is not below that of the container")
        if msg_id in self.seen:
            self.again(msg_id, body)
            return
        if msg_id <= self.last and not self.lossy:
            self.blame("message id %x is not larger than the one before" % msg_id)
        self.last = max(self.last, msg_id)
        self.seen[msg_id] = body
        packed = number == GZIP
        plain = self.unpack(body) if packed else body
        try:
            value = self.server.schema.decode(plain)
        except (Malformed, UnicodeDecodeError, KeyError) as error:
            self.blame("message that cannot be read: %s: %s" % (error, plain[:64].hex()))
            return
        self.check_seqno(value["_"], seqno)
        if packed and value["_"] in NOT_PACKED:
            self.blame(value["_"] + " is gzip_packed")
        self.dispatch(msg_id, seqno, value)

    def container(self, msg_id, seqno, body, outer):
        reader = Reader(body[4:])
        count = reader.number("i")
        if outer is not None:
            self.blame("a container in a container")
        if count > 1020 or count < 1 or len(body) > 1044456:
            self.blame("a container of %d messages, %d bytes" % (count, len(body)))
        if count == 1:
            self.received["lonely"] += 1
        largest = 0
        for _ in range(count):
            inner, inner_seqno, size = reader.number("q"), reader.number("i"), reader.number("i")
            if size % 4 or size < 4:
                self.blame("%d bytes in a container" % size)
            largest = max(largest, inner_seqno)
            self.message(inner, inner_seqno, reader.take(size), msg_id)
        reader.end()
        if seqno < largest or seqno % 2 or (seqno != 2 * self.content and not self.lossy):
            self.blame("seqno %d of a container, after %d of content, largest inside %d" % (seqno, self.content, largest))
        if msg_id <= self.last and not self.overtaken():
            self.blame("a container's id that is not larger than the last")
        self.last = max(self.last, msg_id)

    def overtaken(self):
        return self.lossy and self.link.framing.is_http

    def unpack(self, body):
        reader = Reader(body[4:])
        packed = reader.string()
        reader.end()
        inflate = zlib.decompressobj(31)
        plain = inflate.decompress(packed, 1 << 24)
        if not inflate.eof or inflate.unused_data:
            self.blame("gzip that does not end where it should")
        if len(plain) <= 255 or len(packed) >= len(plain):
            self.blame("gzip of %d bytes to %d" % (len(plain), len(packed)))
        if plain[:4] in (struct.pack("<I", CONTAINER), struct.pack("<I", GZIP)):
            self.blame("a container or gzip inside gzip")
        return plain

    def check_seqno(self, name, seqno):
        content = bool(seqno & 1)
        is_query = name in self.server.schema.by_name and self.server.schema.by_name[name].is_function
        if content and name in NEVER_CONTENT:
            self.blame("%s with the odd seqno %d" % (name, seqno))
        if not content and is_query and name not in NOT_PACKED:
            self.blame("%s with the even seqno %d" % (name, seqno))
        if self.lossy:
            if seqno < self.last_seqno - 1 and not self.overtaken():
                self.blame("seqno %d after %d" % (seqno, self.last_seqno))
        elif seqno != 2 * self.content + content:
            self.blame("seqno %d of %s after %d messages of content" % (seqno, name, self.content))
        self.last_seqno = max(self.last_seqno, seqno)
        self.content += content

    def again(self, msg_id, body):
        """A message that was here before. A client may send it again in a container; it must not become another one."""
        if self.seen[msg_id] != body:
            self.blame("the id %x stands for two messages" % msg_id)
        self.received["again"] += 1
        if msg_id in self.answers:
            self.queue.append(self.answers[msg_id])

    # ---- service messages ----

    def dispatch(self, msg_id, seqno, value):
        self.received[value["_"]] += 1
        handler = getattr(self, "on_" + value["_"], None)
        if handler:
            handler(msg_id, seqno, value)
        elif value["_"] in self.server.schema.by_name and self.server.schema.by_name[value["_"]].is_function:
            self.server.api.call(self, msg_id, value)
        else:
            self.blame("nobody sends a server " + value["_"])

    def on_msgs_ack(self, _msg_id, _seqno, value):
        if not 0 < len(value["msg_ids"]) <= 8192:
            self.blame("%d acknowledgements" % len(value["msg_ids"]))
        for one in value["msg_ids"]:
            if one not in self.server.sent_ids:
                self.blame("message %x is acknowledged, which was never sent" % one)
            self.unacked.pop(one, None)

    def on_ping(self, msg_id, _seqno, value):
        self.send({"_": "pong", "msg_id": msg_id, "ping_id": value["ping_id"]}, content=False, answer=True)

    def on_ping_delay_disconnect(self, msg_id, seqno, value):
        if value["disconnect_delay"] < 10:
            self.blame("a disconnect_delay of %d" % value["disconnect_delay"])
        self.on_ping(msg_id, seqno, value)

    def on_get_future_salts(self, msg_id, _seqno, value):
        if not 1 <= value["num"] <= 64:
            self.blame("%d future salts" % value["num"])
        now = int(self.server.now())
        salts = [{"valid_since": now + 1800 * n, "valid_until": now + 1800 * (n + 2), "salt": long(self.key.salt + n)}
                 for n in range(value["num"])]
        self.key.salts.add(salts[0]["salt"])  # the others' time has not come
        self.send({"_": "future_salts", "req_msg_id": msg_id, "now": now, "salts": salts}, content=False, answer=True)

    def on_msgs_state_req(self, msg_id, _seqno, value):
        if not 0 < len(value["msg_ids"]) <= 8192:
            self.blame("%d states asked for" % len(value["msg_ids"]))
        info = bytes(4 + 64 if one in self.answers else 4 if one in self.seen else 2 if one <= self.last else 3
                     for one in value["msg_ids"])
        self.send({"_": "msgs_state_info", "req_msg_id": msg_id, "info": info}, content=False)

    def on_msg_resend_req(self, _msg_id, _seqno, value):
        for one in value["msg_ids"]:
            if one in self.unacked:
                self.queue.append(self.unacked[one])
            elif one in self.server.kept:
                self.queue.append(self.server.kept[one])
            elif one not in self.server.sent_ids:
                self.blame("message %x is asked for again, which was never sent" % one)

    def on_msgs_state_info(self, _msg_id, _seqno, value):
        self.server.state_infos.append(value)

    def on_http_wait(self, _msg_id, _seqno, value):
        if not self.link.framing.is_http:
            self.blame("http_wait over " + self.link.framing.name)
        self.link.wait = value

    def on_rpc_drop_answer(self, msg_id, _seqno, value):
        wanted = value["req_msg_id"]
        if wanted not in self.seen:
            self.blame("an answer is dropped to a request that was never sent")
        running = wanted not in self.answers
        self.dropped.add(wanted)
        if running:
            self.result(wanted, {"_": "rpc_answer_dropped_running"})
        self.result(msg_id, {"_": "rpc_answer_dropped_running" if running else "rpc_answer_unknown"})

    def on_destroy_session(self, msg_id, _seqno, value):
        if value["session_id"] == self.id:
            self.blame("a session is told to destroy itself")
        name = "destroy_session_ok" if self.key.sessions.pop(value["session_id"], None) else "destroy_session_none"
        self.send({"_": name, "session_id": value["session_id"]}, content=True, answer=True)

    def on_destroy_auth_key(self, msg_id, _seqno, _value):
        self.result(msg_id, {"_": "destroy_auth_key_ok"})
        self.flush()
        self.server.keys.pop(self.key.id, None)

    # ---- what goes out ----

    def result(self, msg_id, value):
        """Answers a request with an object, a vector packed before, or an error."""
        body = value if isinstance(value, bytes) else self.server.schema.encode(value)
        if len(body) > 400 and random.random() < 0.5:
            body = self.server.schema.encode({"_": "gzip_packed", "packed_data": gzip.compress(body)})
        with self.lock:
            self.answers[msg_id] = self.send(struct.pack("<Iq", RESULT, msg_id) + body, answer=True)

    def send(self, value, content=True, answer=False):
        """Puts a message into the queue, that flush() empties."""
        with self.lock:
            body = value if isinstance(value, bytes) else self.server.schema.encode(value)
            one = Sent(self.server.next_id(1 if answer else 3), 2 * self.out_content + content, body)
            self.out_content += content
            self.server.sent_ids.add(one.msg_id)
            if content:
                self.unacked[one.msg_id] = one
            self.queue.append(one)
            return one

    def push(self, value, content=True):
        """Sends at once, from any thread."""
        with self.lock:
            self.send(value, content)
            if self.link is not None and self.link.framing.is_http:
                self.arrived.notify_all()
            else:
                self.flush()

    def flush(self):
        """Sends what is in the queue: alone, or in containers."""
        with self.lock:
            queue, self.queue = self.queue, []
            while queue:
                part, queue = queue[:100], queue[100:]
                if len(part) == 1:
                    self.put(part[0])
                    continue
                body = struct.pack("<Ii", CONTAINER, len(part)) + b"".join(
                    struct.pack("<qii", one.msg_id, one.seqno, len(one.body)) + one.body for one in part)
                self.put(Sent(self.server.next_id(3), 2 * self.out_content, body))

    def put(self, message):
        self.link.send_packet(self.seal(message.msg_id, message.seqno, message.body))

    def seal(self, msg_id, seqno, body, salt=None, session_id=None, padding=None):
        plain = struct.pack("<qqqii", self.key.salt if salt is None else salt, self.id if session_id is None else session_id,
                            msg_id, seqno, len(body)) + body
        if padding is None:
            padding = random.choice((12, 12, 12, 300, 1008)) + -(len(plain) + 12) % 16
            padding = padding - padding % 16 + -len(plain) % 16
            padding += 16 if padding < 12 else 0
        return self.seal_plain(plain + os.urandom(padding))

    def seal_plain(self, plain):
        msg_key = message_key(self.key.data, plain, 8)
        return struct.pack("<q", self.key.id) + msg_key + ige(plain, *envelope_keys(self.key.data, msg_key, 8), True)
