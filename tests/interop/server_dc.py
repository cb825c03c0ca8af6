"""An MTProto server that shares nothing with the rest of this project: what our client takes for the protocol is held against it.
It is strict: whatever a client may not do is in Server.faults afterwards."""
import os
import socket
import struct
import threading
import time

import server_handshake
from server_crypto import sha1
from server_session import Session, open_envelope
from server_tl import Schema
from server_wire import Closed, Faults, Http, Wire, framing_of

HERE = os.path.dirname(os.path.abspath(__file__))


def read_schema():
    texts = []
    for path in (os.path.join(HERE, "server.tl"), os.path.join(HERE, "..", "..", "schema", "api.tl")):
        with open(path, encoding="utf-8") as file:
            texts.append(file.read())
    return Schema(*texts)


class Key:
    def __init__(self, data, salt, expires_at):
        digest = sha1(data)
        self.data, self.id = data, struct.unpack("<q", digest[-8:])[0]
        self.salt, self.salts, self.expires_at = salt, {salt}, expires_at
        self.root = None if expires_at else self  # the permanent key that this one stands for
        self.sessions, self.user = {}, None
        self.used = 0  # packets of the API under it


class Link:
    """One connection."""

    def __init__(self, server, connection):
        self.server = server
        self.wire = Wire(connection, server.network, server.blame)
        self.framing, self.last_plain, self.wait, self.last_packet = None, 0, None, b""

    def run(self):
        try:
            if self.server.tls:
                self.wire.connection = self.server.tls.wrap_socket(self.wire.connection, server_side=True)
            self.framing = framing_of(self.wire)
            self.server.transports.append(self.framing.name)
            while True:
                self.packet(self.framing.read_packet())
        except (Closed, OSError):
            pass
        except server_handshake.Refused:
            self.refuse()
        except Exception as error:
            self.server.blame("%s: %s" % (type(error).__name__, error))
            if os.environ.get("SERVER_TRACE"):
                raise
        finally:
            self.wire.close()

    def refuse(self):
        try:
            self.framing.write_error(404)
        except Closed:
            pass

    def packet(self, packet):
        if len(packet) < 24:
            self.server.blame("a packet of %d bytes" % len(packet))
            raise Closed()
        number = struct.unpack("<q", packet[:8])[0]
        if number == 0:
            answer = self.server.schema.encode(server_handshake.handle(self.server, self, packet))
            self.send_packet(struct.pack("<qqi", 0, self.server.next_id(1), len(answer)) + answer)
            return
        key = self.server.keys.get(number)
        if key is None or (key.expires_at and key.expires_at < self.server.now()):
            self.framing.write_error(404)
            return
        if (len(packet) - 24) % 16 and not self.framing.padded:
            self.server.blame("%d bytes of encrypted data" % (len(packet) - 24))
        self.wait, self.last_packet = None, packet
        opened = open_envelope(lambda session_id: self.server.session_of(key, session_id), self.server, key, packet)
        if opened is None:
            raise Closed()
        session = opened[0]
        session.receive(self, *opened[1:])
        self.answer(session)

    def answer(self, session):
        with session.lock:
            if isinstance(self.framing, Http):
                wait = min((self.wait or {}).get("max_wait", 0), 25000) / 1000
                end = time.monotonic() + wait
                while not session.queue and time.monotonic() < end and not self.server.stopping:
                    session.arrived.wait(min(0.1, wait))
                if not session.queue:
                    session.send(struct.pack("<Ii", 0x73f1f8dc, 0), content=False)
                session.link = self
            session.flush()

    def send_packet(self, packet):
        self.framing.write_packet(packet)


class Server:
    """Listens on a free port of 127.0.0.1 until the with block ends. handshake, session and api are classes: those of a test
    that wants a hostile server override what they want to be wrong."""
    dc = 2

    def __init__(self, rsa, api, handshake=server_handshake.Handshake, session=Session, faults=None, clock=0, link=Link):
        self.rsa, self.schema, self.handshake, self.session = rsa, SCHEMA, handshake, session
        self.network, self.clock, self.link = faults or Faults(), clock, link
        self.faults, self.transports, self.state_infos = [], [], []
        self.keys, self.handshakes, self.nonces = {}, {}, set()
        self.tls = None  # the context that connections are wrapped in
        self.others = []  # data centres that this one knows of
        self.sent_ids, self.kept, self.last_id = set(), {}, 0
        self.salts_move = self.stopping = self.pfs = False
        self.check_clock = clock == 0
        self.forgeries = 0
        self.lock = threading.Lock()
        self.links = []
        self.api = api(self)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.address = "127.0.0.1:%d" % self.port

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stopping = True
        self.listener.close()
        for link in self.links:
            link.wire.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = self.link(self, connection)
            self.links.append(link)
            threading.Thread(target=link.run, daemon=True).start()

    # ---- what connections share ----

    def now(self):
        return time.time() + self.clock

    def set_clock(self, seconds):
        self.clock, self.last_id = seconds, 0

    def blame(self, text):
        self.faults.append(text)

    def next_id(self, remainder):
        with self.lock:
            number = int(self.now() * (1 << 32)) // 4 * 4
            self.last_id = max(self.last_id + 4, number) // 4 * 4
            return self.last_id + remainder

    def check_id(self, msg_id, what):
        if msg_id % 4:
            self.blame("%s id %x is not divisible by 4" % (what, msg_id))
        if not msg_id & 0xffffffff:
            self.blame("%s id %x has no fraction of a second" % (what, msg_id))
        ahead = msg_id / (1 << 32) - self.now()
        if self.check_clock and not -300 < ahead < 30:
            self.blame("%s id is %d s off" % (what, ahead))

    def add_key(self, data, salt, expires_in):
        key = Key(data, salt, self.now() + expires_in if expires_in else None)
        self.keys[key.id] = key

    def session_of(self, key, session_id):
        with self.lock:
            if session_id not in key.sessions:
                key.sessions[session_id] = self.session(self, key, session_id)
            return key.sessions[session_id]

    def sessions(self):
        return [session for key in list(self.keys.values()) for session in list(key.sessions.values())]

    def received(self, name):
        """How many messages of that name came in."""
        return sum(session.received[name] for session in self.sessions())


SCHEMA = read_schema()
