"""The transports of the independent server. It finds out from the first bytes of a connection which one the client speaks, and
blames the client for whatever is not as it should be. Faults of the network itself are made here as well."""
import os
import random
import struct
import threading
import time
import zlib

from server_crypto import Ctr

MOST = 1 << 24  # bytes in one packet
FIRST_WORDS = {b"HEAD", b"POST", b"GET ", b"OPTI", b"\x16\x03\x01\x02", b"\xdd" * 4, b"\xee" * 4}
STATUS = {404: "Not Found", 429: "Too Many Requests", 444: "No Response", 403: "Forbidden"}


class Closed(Exception):
    """The connection is at its end."""


class Faults:
    """What the network does to the bytes of all connections of a server: cut once after so many bytes, or dribble."""

    def __init__(self, cut_in=None, cut_out=None, dribble=False):
        self.cut_in, self.cut_out, self.dribble = cut_in, cut_out, dribble
        self.read = self.written = 0
        self.cuts = 0
        self.lock = threading.Lock()

    def allowed(self, way, size):
        """How many of these bytes may pass; fewer than size when the connection is to be cut now."""
        with self.lock:
            done, limit = (self.read, self.cut_in) if way == "in" else (self.written, self.cut_out)
            passes = size if limit is None else min(size, limit - done)
            if way == "in":
                self.read += passes
            else:
                self.written += passes
            if limit is not None and done + size >= limit:
                self.cuts += 1
                self.cut_in = self.cut_out = None
                return passes, True
            return passes, False

    def change(self, data, _first):
        """What becomes of these bytes, the first of which is the so many'th that the server writes."""
        return data


class Wire:
    """A connection's bytes, deciphered."""

    def __init__(self, connection, faults, blame):
        self.connection, self.faults, self.blame = connection, faults, blame
        self.decipher = self.encipher = lambda data: data
        self.lock = threading.Lock()

    def read(self, size):
        out = b""
        while len(out) < size:
            try:
                data = self.connection.recv(min(size - len(out), 65536))
            except OSError as error:
                raise Closed() from error
            passes, cut = self.faults.allowed("in", len(data))
            if cut:
                self.close()
            if not data or cut:
                raise Closed()
            out += data
        return self.decipher(out)

    def write(self, data):
        with self.lock:
            data = self.faults.change(self.encipher(data), self.faults.written)
            passes, cut = self.faults.allowed("out", len(data))
            try:
                for at in range(0, passes if self.faults.dribble else 0):
                    self.connection.sendall(data[at:at + 1])
                    time.sleep(0.0002)
                if not self.faults.dribble:
                    self.connection.sendall(data[:passes])
            except OSError as error:
                raise Closed() from error
            if cut:
                self.close()
                raise Closed()

    def close(self):
        try:
            self.connection.shutdown(2)
        except OSError:
            pass
        self.connection.close()

    def obfuscate(self, head):
        if head[:4] in FIRST_WORDS or head[0] == 0xef or head[4:8] == bytes(4):
            self.blame("an obfuscated connection begins with %s" % head[:8].hex())
        turned = head[8:56][::-1]
        self.decipher, self.encipher = Ctr(head[8:40], head[40:56]), Ctr(turned[:32], turned[32:48])
        return self.decipher(head)[56:60]


class Framing:
    """One packet after the other. size_of(head) of a subclass reads a length, frame(data) makes a packet."""
    padded = is_http = False

    def __init__(self, wire):
        self.wire = wire

    def read_packet(self):
        size = self.read_size()
        if not 0 < size < MOST:
            self.wire.blame("a packet of %d bytes" % size)
            raise Closed()
        return self.wire.read(size)

    def write_packet(self, data):
        self.wire.write(self.frame(data))

    def write_error(self, code):
        self.write_packet(struct.pack("<i", -code))

    def close(self):
        self.wire.close()


class Abridged(Framing):
    name = "abridged"

    def read_size(self):
        first = self.wire.read(1)[0]
        if first & 0x80:
            self.wire.blame("a quick ack is asked for that nobody wants")
        words = first & 0x7f
        if words == 0x7f:
            words = int.from_bytes(self.wire.read(3), "little")
            if words < 0x7f:
                self.wire.blame("a short length in the long form")
        return words * 4

    def frame(self, data):
        words = len(data) // 4
        return (bytes([words]) if words < 0x7f else b"\x7f" + words.to_bytes(3, "little")) + data


class Intermediate(Framing):
    name = "intermediate"

    def read_size(self):
        size = int.from_bytes(self.wire.read(4), "little")
        if not self.padded and size % 4:
            self.wire.blame("a packet of %d bytes" % size)
        return size

    def frame(self, data):
        return len(data).to_bytes(4, "little") + data


class Padded(Intermediate):
    name, padded = "padded", True

    def frame(self, data):
        tail = os.urandom(random.randrange(16 if len(data) > 4 else 12))
        return super().frame(data + tail)


class Full(Framing):
    name = "full"

    def __init__(self, wire, head=b""):
        super().__init__(wire)
        self.head, self.received, self.sent = head, 0, 0

    def read_packet(self):
        head = self.head + self.wire.read(8 - len(self.head))
        self.head = b""
        size, number = struct.unpack("<II", head)
        if not 12 < size < MOST or size % 4:
            self.wire.blame("a full packet of %d bytes" % size)
            raise Closed()
        data, checksum = self.wire.read(size - 12), self.wire.read(4)
        if number != self.received:
            self.wire.blame("full packet %d where %d comes" % (number, self.received))
        if int.from_bytes(checksum, "little") != zlib.crc32(head + data):
            self.wire.blame("the checksum of a full packet is wrong")
        self.received += 1
        return data

    def frame(self, data):
        body = struct.pack("<II", len(data) + 12, self.sent) + data
        self.sent += 1
        return body + struct.pack("<I", zlib.crc32(body))


class Http(Framing):
    """One packet in each request, one in each response."""
    name, is_http = "http", True

    def __init__(self, wire, head):
        super().__init__(wire)
        self.head, self.asked = head, False

    def read_packet(self):
        text = self.head
        self.head = b""
        while not text.endswith(b"\r\n\r\n"):
            if len(text) > 8192:
                self.wire.blame("an endless head of a request")
                raise Closed()
            text += self.wire.read(1)
        lines = text.decode("latin-1").split("\r\n")
        if not lines[0].startswith("POST /api") or not lines[0].endswith(" HTTP/1.1"):
            self.wire.blame("request line " + lines[0])
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:] if line)}
        if "host" not in fields or not fields.get("content-length", "").isdigit():
            self.wire.blame("a request without Host or Content-Length: %s" % fields)
            raise Closed()
        data = self.wire.read(int(fields["content-length"]))
        self.asked = True
        return data

    def frame(self, data):
        assert self.asked, "a response without a request"
        self.asked = False
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Type: application/octet-stream\r\n\r\n" % len(data) + data

    def write_error(self, code):
        self.asked = False
        self.wire.write(b"HTTP/1.1 %d %s\r\nContent-Length: 0\r\n\r\n" % (code, STATUS[code].encode()))


def framing_of(wire):
    """Reads how the client begins."""
    head = wire.read(1)
    if head == b"\xef":
        return Abridged(wire)
    head += wire.read(3)
    if head == b"POST":
        return Http(wire, head)
    if head == b"GET ":
        from server_web import WebSocket
        wire = WebSocket(wire, head)
        return obfuscated(wire, wire.read(64))
    if head in (b"\xee" * 4, b"\xdd" * 4):
        return Intermediate(wire) if head[0] == 0xee else Padded(wire)
    head += wire.read(4)
    if head[4:] == bytes(4):
        return Full(wire, head)
    return obfuscated(wire, head + wire.read(56))


def obfuscated(wire, head):
    tag = wire.obfuscate(head)
    for first, framing in ((0xef, Abridged), (0xee, Intermediate), (0xdd, Padded)):
        if tag == bytes([first]) * 4:
            return framing(wire)
    wire.blame("an obfuscated connection with the tag " + tag.hex())
    raise Closed()
