"""Servers of a few lines for the tests of walls.py: one that passes bytes on and writes down what they were, one that follows a
script. Both live on threads of this process and end with the `with` they stand in."""
import hashlib
import os
import socket
import struct
import subprocess
import threading
import time

SLOW = 4000  # bytes of a direction that a dribbling relay passes on one at a time


class Server:
    """Accepts on a free port of 127.0.0.1 (or of another host) and calls handle(connection, record) for each client, on a thread of its own. The handler
    reads with read() to have it written down: `records` has one bytearray per client, in order."""

    def __init__(self, handle=None, host="127.0.0.1"):
        self.handle_client = handle
        self.listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.port = self.listener.getsockname()[1]
        self.address = ("[%s]:%d" if ":" in host else "%s:%d") % (host, self.port)
        self.records, self.sockets, self.ended = [], [], False
        self.gone = threading.Semaphore(0)  # released for each client that has gone away

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.ended = True
        self.listener.close()
        for each in self.sockets:
            shut(each)

    def accept(self):
        while not self.ended:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            record = bytearray()
            self.sockets.append(connection)
            self.records.append(record)
            threading.Thread(target=self.run, args=(connection, record), daemon=True).start()

    def run(self, connection, record):
        try:
            self.handle(connection, record)
        except OSError:
            pass
        finally:
            shut(connection)
            self.gone.release()

    def handle(self, connection, record):
        self.handle_client(connection, record)


def shut(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()


def read(connection, record, least=1):
    """Reads until so many bytes have come in all; False when the client has gone before."""
    while len(record) < least:
        data = connection.recv(65536)
        if not data:
            return False
        record += data
    return True


def read_all(connection, record):
    while True:
        data = connection.recv(65536)
        if not data:
            return
        record += data


class Relay(Server):
    """Passes on to an address. records: what clients sent; answers: what came back. dribble: the first SLOW bytes that come back go
    one by one; dribble_there: so do those that clients send. change(data, offset): what becomes of bytes that come back. cut (at,
    then): after so many bytes nothing comes back any more: then is "close", "reset", "half" (closed in this direction only),
    "silence" or "noise". narrow: buffers as small as they get."""

    def __init__(self, to, dribble=False, dribble_there=False, change=None, cut=None, narrow=False, host="127.0.0.1"):
        super().__init__(host=host)
        host, port = to.rsplit(":", 1)
        self.to, self.change = (host, int(port)), change
        self.dribble, self.dribble_there, self.cut, self.narrow = dribble, dribble_there, cut, narrow
        if narrow:
            make_narrow(self.listener)
        self.answers = []

    def handle(self, connection, record):
        answers = bytearray()
        self.answers.append(answers)
        server = socket.create_connection(self.to)
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.narrow:
            make_narrow(server)
        self.sockets.append(server)
        back = threading.Thread(target=self.pump, args=(server, connection, answers, self.dribble, self.change, self.cut),
                                daemon=True)
        back.start()
        self.pump(connection, server, record, self.dribble_there, None, None)
        back.join()
        shut(server)

    def pump(self, source, sink, record, dribble, change, cut):
        try:
            while True:
                data = source.recv(700 if self.narrow else 65536)
                if not data:
                    break
                offset = len(record)
                data = change(data, offset) if change else data
                if cut and offset + len(data) >= cut[0]:
                    end_with(source, sink, data[:cut[0] - offset], cut[1])
                    break
                record += data  # before anyone can act on having got it
                send(sink, data, offset if dribble else SLOW)
        except OSError:
            pass
        finally:
            try:
                sink.shutdown(socket.SHUT_WR)
            except OSError:
                pass


def make_narrow(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)


def end_with(source, sink, data, then):
    if then == "noise":
        data += os.urandom(256)
    sink.sendall(data)
    if then == "half":
        sink.shutdown(socket.SHUT_WR)
    if then == "reset":
        sink.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sink.shutdown(socket.SHUT_RD)  # wakes the thread that reads there: as long as it does, close() does not
        sink.close()
        return
    while then != "close" and source.recv(65536):
        pass


def send(sink, data, offset):
    while data and offset < SLOW:
        sink.sendall(data[:1])
        data = data[1:]
        offset += 1
        time.sleep(0.0002)
    sink.sendall(data)


def flipped(at):
    """For Relay(change=): one bit of the byte there is another."""
    def change(data, offset):
        if offset <= at < offset + len(data):
            data = bytearray(data)
            data[at - offset] ^= 1
        return bytes(data)
    return change


def deobfuscate(stream, secret=None):
    """The plain text of what a client sent obfuscated, its opening included (TR-9, TR-10)."""
    key, iv = bytes(stream[8:40]), bytes(stream[40:56])
    if secret:
        key = hashlib.sha256(key + secret).digest()
    command = ["openssl", "enc", "-d", "-aes-256-ctr", "-K", key.hex(), "-iv", iv.hex()]
    return subprocess.run(command, input=bytes(stream), capture_output=True, check=True).stdout


def websocket_payload(stream):
    """What is in the frames that a client sent, and its request before them."""
    head, _, rest = bytes(stream).partition(b"\r\n\r\n")
    payload = b""
    while len(rest) >= 2:
        assert rest[0] in (0x80, 0x82, 0x88, 0x89, 0x8A, 0x02), "frame %02x" % rest[0]
        assert rest[1] & 0x80, "a frame that is not masked"
        size, at = rest[1] & 0x7F, 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size, at = int.from_bytes(rest[2:2 + width], "big"), 2 + width
        mask, body = rest[at:at + 4], rest[at + 4:at + 4 + size]
        if rest[0] & 0x0F in (0, 2):
            payload += bytes(b ^ mask[i % 4] for i, b in enumerate(body))
        rest = rest[at + 4 + size:]
    return head.decode("ascii"), payload
