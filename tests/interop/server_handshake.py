"""The server's side of the key exchange. A test that wants it wrong overrides the step in question."""
import os
import random
import struct

from server_crypto import PRIME, big, handshake_keys, ige, sha1, sha256, some_prime, xor
from server_tl import Malformed, Reader


class Refused(Exception):
    """Answered with transport error -404."""


class Handshake:
    dh_prime, g = PRIME, 3
    retries = 0  # how often dh_gen_retry comes first

    def __init__(self, server, nonce):
        self.server, self.nonce, self.server_nonce = server, nonce, os.urandom(16)
        self.p, self.q = sorted((some_prime(31), some_prime(31)))
        self.new_nonce = self.expires_in = self.key = None
        self.retry_id, self.tries = 0, 0
        self.a = random.getrandbits(600) | 1 << 599

    def need(self, condition, text):
        if not condition:
            self.server.blame("key exchange: " + text)
            raise Refused()

    # ---- the steps ----

    def res_pq(self):
        return {"_": "resPQ", "nonce": self.nonce, "server_nonce": self.server_nonce, "pq": big(self.p * self.q),
                "server_public_key_fingerprints": [random.getrandbits(62), self.server.rsa.fingerprint]}

    def req_dh_params(self, request):
        self.need(request["p"] == big(self.p) and request["q"] == big(self.q), "p or q is wrong")
        self.need(request["public_key_fingerprint"] == self.server.rsa.fingerprint, "a key that is not ours")
        inner = self.open_rsa(request["encrypted_data"])
        self.check_inner(inner)
        self.new_nonce = inner["new_nonce"]
        return self.dh_params()

    def open_rsa(self, data):
        self.need(len(data) == 256, "%d bytes of RSA" % len(data))
        number = int.from_bytes(data, "big")
        self.need(number < self.server.rsa.n, "RSA of more than the modulus")
        plain = big(pow(number, self.server.rsa.d, self.server.rsa.n), 256)
        key = xor(plain[:32], sha256(plain[32:]))
        with_hash = ige(plain[32:], key, bytes(32), False)
        data = with_hash[:192][::-1]
        self.need(sha256(key, data) == with_hash[192:], "the hash in RSA_PAD is wrong")
        reader = Reader(data)
        inner = self.server.schema.read(reader, "P_Q_inner_data")
        self.need(reader.at <= 144, "inner data of %d bytes" % reader.at)
        self.need(any(data[reader.at:]) and len(set(data[reader.at:])) > 4, "the padding of RSA_PAD is not random")
        return inner

    def check_inner(self, inner):
        self.need(inner["_"] in ("p_q_inner_data_dc", "p_q_inner_data_temp_dc"), inner["_"])
        self.need(inner["nonce"] == self.nonce and inner["server_nonce"] == self.server_nonce, "nonces of the inner data")
        self.need((inner["pq"], inner["p"], inner["q"]) == (big(self.p * self.q), big(self.p), big(self.q)), "inner p and q")
        self.need(inner["dc"] == self.server.dc, "data centre %d" % inner["dc"])
        self.need(inner["new_nonce"] not in self.server.nonces, "a new_nonce that was used before")
        self.server.nonces.add(inner["new_nonce"])
        self.expires_in = inner.get("expires_in")
        self.need(self.expires_in is None or 60 <= self.expires_in <= 7 * 86400, "a key for %s s" % self.expires_in)

    def dh_params(self):
        answer = self.server.schema.encode(self.dh_inner())
        plain = sha1(answer) + answer
        plain += os.urandom(-len(plain) % 16)
        sealed = ige(plain, *handshake_keys(self.new_nonce, self.server_nonce), True)
        return {"_": "server_DH_params_ok", "nonce": self.nonce, "server_nonce": self.server_nonce, "encrypted_answer": sealed}

    def dh_inner(self):
        return {"_": "server_DH_inner_data", "nonce": self.nonce, "server_nonce": self.server_nonce, "g": self.g,
                "dh_prime": big(self.dh_prime), "g_a": self.g_a(), "server_time": int(self.server.now())}

    def g_a(self):
        return big(pow(self.g, self.a, self.dh_prime), 256)

    def set_client_dh_params(self, request):
        self.need(self.new_nonce is not None, "set_client_DH_params before req_DH_params")
        data = request["encrypted_data"]
        self.need(len(data) % 16 == 0, "%d bytes of inner data" % len(data))
        plain = ige(data, *handshake_keys(self.new_nonce, self.server_nonce), False)
        reader = Reader(plain[20:])
        inner = self.server.schema.read(reader, "Client_DH_Inner_Data")
        self.need(sha1(plain[20:20 + reader.at]) == plain[:20], "the hash of the client's inner data is wrong")
        self.need(len(plain) - 20 - reader.at < 16, "%d bytes of padding" % (len(plain) - 20 - reader.at))
        self.need(inner["nonce"] == self.nonce and inner["server_nonce"] == self.server_nonce, "nonces of the client's inner data")
        self.need(inner["retry_id"] == self.retry_id, "retry_id %d" % inner["retry_id"])
        g_b = int.from_bytes(inner["g_b"], "big")
        self.need(1 << 1984 <= g_b <= self.dh_prime - (1 << 1984), "g_b out of range")
        self.need(g_b not in self.server.nonces, "a g_b that was used before")
        self.server.nonces.add(g_b)
        self.key = big(pow(g_b, self.a, self.dh_prime), 256)
        return self.finish()

    def finish(self):
        if self.tries < self.retries:
            self.tries += 1
            self.retry_id = struct.unpack("<q", sha1(self.key)[:8])[0]
            return self.outcome("dh_gen_retry", 2)
        salt = struct.unpack("<q", xor(self.new_nonce[:8], self.server_nonce[:8]))[0]
        self.server.add_key(self.key, salt, self.expires_in)
        return self.outcome("dh_gen_ok", 1)

    def outcome(self, name, number):
        digest = sha1(self.new_nonce, bytes([number]), sha1(self.key)[:8])[-16:]
        return {"_": name, "nonce": self.nonce, "server_nonce": self.server_nonce, "new_nonce_hash%d" % number: digest}


def handle(server, link, packet):
    """One unencrypted packet; returns the answer as an object."""
    def need(condition, text):
        if not condition:
            server.blame("unencrypted message: " + text)
            raise Refused()
    need(len(packet) >= 20, "%d bytes" % len(packet))
    msg_id, size = struct.unpack("<qi", packet[8:20])
    tail = len(packet) - 20 - size
    need(0 <= tail < 16 if link.framing.padded else tail == 0, "%d bytes, length %d" % (len(packet), size))
    server.check_id(msg_id, "unencrypted message")
    need(msg_id > link.last_plain, "its id is not larger than the one before")
    link.last_plain = msg_id
    try:
        request = server.schema.decode(packet[20:20 + size])
    except (Malformed, UnicodeDecodeError) as error:
        need(False, str(error))
    name = request["_"]
    need(name in ("req_pq_multi", "req_DH_params", "set_client_DH_params"), name)
    if name == "req_pq_multi":
        need(request["nonce"] not in server.nonces, "a nonce that was used before")
        server.nonces.add(request["nonce"])
        exchange = server.handshake(server, request["nonce"])
        server.handshakes[(exchange.nonce, exchange.server_nonce)] = exchange
        return exchange.res_pq()
    exchange = server.handshakes.get((request["nonce"], request["server_nonce"]))
    need(exchange is not None, name + " with nonces of no key exchange")
    if name == "req_DH_params":
        return exchange.req_dh_params(request)
    return exchange.set_client_dh_params(request)
