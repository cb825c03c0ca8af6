"""Key exchanges that must not come to a key: the server lies in one place, and the client ends with an error that says so."""
import os
import random
import struct

from server_crypto import OTHER_PRIME, PRIME, big, generators, handshake_keys, ige, large_prime, sha1, some_prime
from server_handshake import Handshake
from server_rig import BOT, all_of

RFC2409 = int("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
              "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
              "49286651ECE65381FFFFFFFFFFFFFFFF", 16)  # a safe prime of 1024 bits
SLOPE = 1 << 1984


def changed(step, **values):
    """A handshake whose answer in that step has other values; a function is given the true one."""
    def method(self, *arguments):
        answer = getattr(Handshake, step)(self, *arguments)
        for name, value in values.items():
            answer[name] = value(answer[name]) if callable(value) else value
        return answer
    return {step: method}


def flip(data):
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1:]


def public(number):
    return {"g_a": lambda self: big(number, max(1, (number.bit_length() + 7) // 8))}


def group(prime, g):
    """The exchange itself stays possible: it is the group that nobody should take."""
    return {"dh_prime": prime, "g": g}


def fail(self, request):
    """server_DH_params_fail, with the hash that it should have."""
    Handshake.req_dh_params(self, request)
    return {"_": "server_DH_params_fail", "nonce": self.nonce, "server_nonce": self.server_nonce,
            "new_nonce_hash": sha1(self.new_nonce)[-16:]}


def fail_unproved(self, request):
    return {**fail(self, request), "new_nonce_hash": os.urandom(16)}


def encrypted(change):
    """The encrypted answer is changed before it is sealed."""
    def dh_params(self):
        answer = change(self.server.schema.encode(self.dh_inner()))
        plain = sha1(answer) + answer
        plain += os.urandom(-len(plain) % 16)
        keys = handshake_keys(self.new_nonce, self.server_nonce)
        return {"_": "server_DH_params_ok", "nonce": self.nonce, "server_nonce": self.server_nonce,
                "encrypted_answer": ige(plain, *keys, True)}
    return {"dh_params": dh_params}


def outcome(name, number):
    return {"finish": lambda self: self.outcome(name, number)}


def forged(kind, number):
    """The answer of one kind with the hash of another."""
    def finish(self):
        answer = self.outcome("dh_gen_ok", number)
        return {"_": kind[0], "nonce": self.nonce, "server_nonce": self.server_nonce, kind[1]: answer["new_nonce_hash%d" % number]}
    return {"finish": finish}


def hostile_exchanges():
    even_pq = {"res_pq": lambda self: {**Handshake.res_pq(self), "pq": big(2 * self.q)}}
    return {
        "nonce in resPQ": changed("res_pq", nonce=flip),
        "no key of ours": changed("res_pq", server_public_key_fingerprints=[1, 2]),
        "no keys": changed("res_pq", server_public_key_fingerprints=[]),
        "pq prime": changed("res_pq", pq=big(some_prime(62))),
        "pq even": even_pq,
        "pq 1": changed("res_pq", pq=b"\x01"),
        "pq 0": changed("res_pq", pq=b"\x00"),
        "pq empty": changed("res_pq", pq=b""),
        "pq square": changed("res_pq", pq=lambda _: big(some_prime(31) ** 2)),
        "pq of 65 bits": changed("res_pq", pq=big(some_prime(33) * some_prime(33))),
        "pq long": changed("res_pq", pq=os.urandom(4000)),
        "nonce in DH params": changed("req_dh_params", nonce=flip),
        "server_nonce in DH params": changed("req_dh_params", server_nonce=flip),
        "encrypted answer flipped": changed("req_dh_params", encrypted_answer=flip),
        "encrypted answer short": changed("req_dh_params", encrypted_answer=lambda data: data[:-16]),
        "encrypted answer odd": changed("req_dh_params", encrypted_answer=lambda data: data[:-3]),
        "encrypted answer empty": changed("req_dh_params", encrypted_answer=b""),
        "DH params fail": {"req_dh_params": fail},
        "DH params fail unproved": {"req_dh_params": fail_unproved},
        "nonce in inner data": changed("dh_inner", nonce=flip),
        "server_nonce in inner data": changed("dh_inner", server_nonce=flip),
        "inner data cut": encrypted(lambda data: data[:-8]),
        "inner data of another kind": encrypted(lambda data: struct.pack("<I", 0x12345678) + data[4:]),
        "padding of 16": encrypted(lambda data: data + bytes(16)),
        "prime composite": group(large_prime(1024) * large_prime(1024), 4),
        "prime of 1024 bits": group(RFC2409, 4),
        "prime of 2047 bits": group(PRIME >> 1 | 1, 4),
        "prime not safe": group(large_prime(2048), 4),
        "prime + 8": group(PRIME + 8, 3),
        "prime 0": changed("dh_inner", dh_prime=bytes(256)),
        "prime empty": changed("dh_inner", dh_prime=b""),
        "prime of 2049 bits": changed("dh_inner", dh_prime=b"\x01" + big(PRIME)),
        **{"generator %d" % g: changed("dh_inner", g=g) for g in (-1, 0, 1, 8, 1 << 30)},
        **{"generator %d" % g: changed("dh_inner", g=g) for g in range(2, 8) if g not in generators(PRIME)},
        **{"generator %d of another prime" % g: group(OTHER_PRIME, g) for g in range(2, 8) if g not in generators(OTHER_PRIME)},
        **{"g_a %s" % name: public(number) for name, number in
           (("0", 0), ("1", 1), ("2", 2), ("p", PRIME), ("p - 1", PRIME - 1), ("small", SLOPE - 1), ("large", PRIME - SLOPE + 1),
            ("more than p", PRIME + 12345), ("of 4096 bits", 1 << 4095))},
        "g_a empty": {"g_a": lambda self: b""},
        "nonce at the end": changed("outcome", nonce=flip),
        "server_nonce at the end": changed("outcome", server_nonce=flip),
        "new_nonce_hash1": changed("outcome", new_nonce_hash1=flip),
        "ok with the hash of retry": forged(("dh_gen_ok", "new_nonce_hash1"), 2),
        "retry with the hash of ok": forged(("dh_gen_retry", "new_nonce_hash2"), 1),
        "fail with the hash of ok": forged(("dh_gen_fail", "new_nonce_hash3"), 1),
        "retry for ever": {"retries": 1 << 30},
        "fail for ever": outcome("dh_gen_fail", 3),
    }


def no_key(rig, attributes, flags=()):
    """Nothing may ever go out under a key that came of this."""
    with rig.server(handshake=type("Liar", (Handshake,), attributes)) as server:
        ended = rig.tgcall(server, BOT, list(flags), seconds=8).refused("handshake", "protocol", "network", "timeout")
        used = [session for session in server.sessions() if session.received]
        assert not used, "the client goes on under such a key: %s" % ended
        assert len(server.handshakes) <= 40, "%d key exchanges" % len(server.handshakes)
        return ended


# proves KX-1, KX-2, KX-5, KX-7, KX-8, KX-9, KX-10, KX-13
def lies(rig):
    def job(name, attributes):
        def run():
            ended = no_key(rig, attributes)
            if os.environ.get("SERVER_TRACE"):
                print("%-32s %4.1f s %s" % (name, ended.seconds, ended.error))
        return run
    all_of({name: job(name, attributes) for name, attributes in hostile_exchanges().items()}, 24)


# proves KX-5, PF-2
def lies_about_temporary_keys(rig):
    """The permanent key comes about, the temporary one must not."""
    def later(attributes):
        def of(name):
            true, lie = getattr(Handshake, name), attributes[name]
            return lambda self, *a: (lie if self.expires_in else true)(self, *a)
        return {name: of(name) for name in attributes}
    exchanges = {name: attributes for name, attributes in hostile_exchanges().items()
                 if set(attributes) <= {"outcome", "dh_params", "dh_inner", "g_a"}}
    all_of({name: lambda attributes=attributes: no_key(rig, later(attributes), ["--pfs"])
            for name, attributes in list(exchanges.items())[::3]}, 24)


TESTS = [lies, lies_about_temporary_keys]
