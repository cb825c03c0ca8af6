"""As much of a client of Redis as tests need (https://redis.io/docs/latest/develop/reference/protocol-spec/)."""
import socket


class Refused(Exception):
    pass


class Redis:
    def __init__(self, server):
        self.server, self.socket = server, None

    def ask(self, *words):
        """Whatever it answers: bytes, numbers, None, lists of these. Connects anew after the server was started anew."""
        for again in True, False:
            try:
                return self.once(words)
            except (OSError, EOFError):
                self.close()
                if not again:
                    raise

    def once(self, words):
        if not self.socket:
            self.socket = socket.create_connection(("127.0.0.1", self.server.port), timeout=60)
            self.stream = self.socket.makefile("rwb")
            self.send("AUTH", self.server.password)
            self.send("SELECT", "1")
        return self.send(*words)

    def send(self, *words):
        words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self.stream.write(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
        self.stream.flush()
        return self.read()

    def read(self):
        line = self.stream.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise Refused(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.stream.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return None if rest == b"-1" else [self.read() for _ in range(int(rest))]
        return rest

    def entries(self, stream):
        """[(id, {field: text})] of a stream."""
        return [(id.decode(), {name.decode(): value.decode() for name, value in zip(fields[::2], fields[1::2])})
                for id, fields in self.ask("XRANGE", stream, "-", "+")]

    def close(self):
        if self.socket:
            self.stream.close()
            self.socket.close()
        self.socket = None
