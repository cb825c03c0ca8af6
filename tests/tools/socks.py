"""A SOCKS5 proxy for tests."""
import select
import socket
import threading


class Socks(threading.Thread):
    """A SOCKS5 proxy with a password, for IPv4 addresses, one connection after another."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "socks5://%%s:pass@127.0.0.1:%d" % self.listener.getsockname()[1]
        self.served = 0
        self.start()

    def run(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            with client:
                self.serve(client)

    def serve(self, client):
        greeting = client.recv(300)
        if 2 not in greeting[2:]:
            return
        client.sendall(b"\5\2")
        right = client.recv(600) == b"\1\4user\4pass"
        client.sendall(b"\1\0" if right else b"\1\1")
        request = client.recv(300) if right else b""
        if request[:4] != b"\5\1\0\1":
            return
        self.served += 1
        address = socket.inet_ntoa(request[4:8]), int.from_bytes(request[8:10], "big")
        with socket.create_connection(address) as server:
            client.sendall(b"\5\0\0\1" + bytes(6))
            self.copy(client, server)

    @staticmethod
    def copy(one, two):
        while True:
            for readable in select.select([one, two], [], [], 30)[0]:
                data = readable.recv(65536)
                if not data:
                    return
                (two if readable is one else one).sendall(data)
