"""The cryptography of the independent server: hashes and big numbers are Python's, AES is OpenSSL's."""
import ctypes
import ctypes.util
import functools
import hashlib
import os
import random
import subprocess

LIB = ctypes.CDLL(ctypes.util.find_library("crypto"))
LIB.EVP_CIPHER_CTX_new.restype = LIB.EVP_aes_256_ctr.restype = ctypes.c_void_p
LIB.EVP_CIPHER_CTX_free.argtypes = [ctypes.c_void_p]
LIB.EVP_EncryptInit_ex.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
LIB.EVP_EncryptUpdate.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_int), ctypes.c_char_p, ctypes.c_int]
LIB.AES_ige_encrypt.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int]

# Telegram's own prime, and one that no client can know by heart: group 14 of RFC 3526.
PRIME = int("C71CAEB9C6B1C9048E6C522F70F13F73980D40238E3E21C14934D037563D930F48198A0AA7C14058229493D22530F4DBFA336F6E0AC92513"
            "9543AED44CCE7C3720FD51F69458705AC68CD4FE6B6B13ABDC9746512969328454F18FAF8C595F642477FE96BB2A941D5BCD1D4AC8CC4988"
            "0708FA9B378E3C4F3A9060BEE67CF9A4A4A695811051907E162753B56B0F6B410DBA74D8A84B2A14B3144E0EF1284754FD17ED950D5965B4"
            "B9DD46582DB1178D169C6BC465B0D6FF9CA3928FEF5B9AE4E418FC15E83EBEA0F87FA9FF5EED70050DED2849F47BF959D956850CE929851F"
            "0D8115F635B105EE2E4E15D04B2454BF6F4FADF034B10403119CD8E3B92FCC5B", 16)
OTHER_PRIME = int("FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD"
                  "3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F"
                  "24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552"
                  "BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF0"
                  "6F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF", 16)


def sha1(*parts):
    return hashlib.sha1(b"".join(parts)).digest()


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def big(number, size=None):
    return number.to_bytes(size or (number.bit_length() + 7) // 8, "big")


def ige(data, key, iv, encrypt):
    assert len(data) % 16 == 0, "%d bytes for AES" % len(data)
    schedule, out = ctypes.create_string_buffer(256), ctypes.create_string_buffer(len(data))
    (LIB.AES_set_encrypt_key if encrypt else LIB.AES_set_decrypt_key)(key, 256, schedule)
    LIB.AES_ige_encrypt(data, out, len(data), schedule, ctypes.create_string_buffer(iv, 32), 1 if encrypt else 0)
    return out.raw


class Ctr:
    """One direction of an obfuscated connection."""

    def __init__(self, key, iv):
        self.context = LIB.EVP_CIPHER_CTX_new()
        assert LIB.EVP_EncryptInit_ex(self.context, LIB.EVP_aes_256_ctr(), None, key, iv) == 1

    def __call__(self, data):
        out, size = ctypes.create_string_buffer(len(data) + 16), ctypes.c_int(0)
        assert LIB.EVP_EncryptUpdate(self.context, out, ctypes.byref(size), data, len(data)) == 1
        return out.raw[:size.value]

    def __del__(self):
        LIB.EVP_CIPHER_CTX_free(self.context)


# ---- the envelope ----

def message_key(auth_key, plain, x):
    return sha256(auth_key[88 + x:120 + x], plain)[8:24]


def envelope_keys(auth_key, msg_key, x):
    a, b = sha256(msg_key, auth_key[x:x + 36]), sha256(auth_key[40 + x:76 + x], msg_key)
    return a[:8] + b[8:24] + a[24:], b[:8] + a[8:24] + b[24:]


def envelope_keys_v1(auth_key, msg_key, x=0):
    a, b = sha1(msg_key, auth_key[x:x + 32]), sha1(auth_key[32 + x:48 + x], msg_key, auth_key[48 + x:64 + x])
    c, d = sha1(auth_key[64 + x:96 + x], msg_key), sha1(msg_key, auth_key[96 + x:128 + x])
    return a[:8] + b[8:] + c[4:16], a[8:] + b[:8] + c[16:] + d[:8]


def handshake_keys(new_nonce, server_nonce):
    a, b, c = sha1(new_nonce, server_nonce), sha1(server_nonce, new_nonce), sha1(new_nonce, new_nonce)
    return a + b[:12], b[12:] + c + new_nonce[:4]


# ---- numbers ----

def is_prime(number, rounds=12):
    if number < 4 or number % 2 == 0:
        return number in (2, 3)
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(rounds):
        x = pow(random.randrange(2, number - 1), odd, number)
        if x in (1, number - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % number
            if x == number - 1:
                break
        else:
            return False
    return True


def some_prime(bits):
    while True:
        number = random.getrandbits(bits) | 1 | 1 << bits - 1
        if is_prime(number):
            return number


def large_prime(bits):
    """A prime p of that size; (p - 1) / 2 is hardly one."""
    done = run(["prime", "-generate", "-bits", str(bits)])
    return int(done.stdout)


def generators(prime):
    """Those of 2 to 7 that make the subgroup that they should."""
    fits = {2: prime % 8 == 7, 3: prime % 3 == 2, 4: True, 5: prime % 5 in (1, 4), 6: prime % 24 in (19, 23),
            7: prime % 7 in (3, 5, 6)}
    return [g for g in fits if fits[g]]


def integers(data, at=0):
    """The integers of a DER sequence of integers."""
    def head(at):
        size, at = data[at + 1], at + 2
        if size & 0x80:
            size, at = int.from_bytes(data[at:at + (size & 0x7f)], "big"), at + (size & 0x7f)
        return size, at
    size, at = head(at)
    end, numbers = at + size, []
    while at < end:
        size, at = head(at)
        numbers.append(int.from_bytes(data[at:at + size], "big"))
        at += size
    return numbers


class RsaKey:
    """The server's key, made by the openssl program; path is the file with its public half."""

    def __init__(self, folder):
        from server_tl import pack_string
        private, self.path = os.path.join(folder, "rsa.der"), os.path.join(folder, "rsa.pem")
        run(["genrsa", "-traditional", "-out", private + ".pem", "2048"])
        run(["rsa", "-in", private + ".pem", "-traditional", "-outform", "DER", "-out", private])
        run(["rsa", "-in", private + ".pem", "-RSAPublicKey_out", "-out", self.path])
        with open(private, "rb") as file:
            _, self.n, self.e, self.d = integers(file.read())[:4]
        self.fingerprint = int.from_bytes(sha1(pack_string(big(self.n)), pack_string(big(self.e)))[-8:], "little", signed=True)


def run(words):
    return subprocess.run(["openssl", *words], check=True, capture_output=True)


# ---- passwords ----

@functools.lru_cache(None)
def verifier(password, g, prime):
    """What a server keeps of a password: (salt1, salt2, v)."""
    def salted(data, salt):
        return sha256(salt, data, salt)
    salt1, salt2 = os.urandom(40), os.urandom(16)
    slow = hashlib.pbkdf2_hmac("sha512", salted(salted(password.encode(), salt1), salt2), salt1, 100000, 64)
    return salt1, salt2, pow(g, int.from_bytes(salted(slow, salt2), "big"), prime)


class Srp:
    """The server's side of a password check."""

    def __init__(self, password, g=3, prime=PRIME):
        self.g, self.p = g, prime
        self.salt1, self.salt2, self.v = verifier(password, g, prime)
        self.rounds = {}

    def begin(self):
        """Returns (srp_id, B) of a new round."""
        b, srp_id = random.getrandbits(512), random.getrandbits(62)
        k = int.from_bytes(sha256(big(self.p, 256), big(self.g, 256)), "big")
        self.rounds = {srp_id: (b, (k * self.v + pow(self.g, b, self.p)) % self.p)}
        return srp_id, big(self.rounds[srp_id][1], 256)

    def proves(self, srp_id, a_bytes, m1):
        b, public = self.rounds.pop(srp_id)
        a, public = int.from_bytes(a_bytes, "big"), big(public, 256)
        u = int.from_bytes(sha256(big(a, 256), public), "big")
        shared = sha256(big(pow(a * pow(self.v, u, self.p), b, self.p), 256))
        mixed = xor(sha256(big(self.p, 256)), sha256(big(self.g, 256)))
        return m1 == sha256(mixed, sha256(self.salt1), sha256(self.salt2), big(a, 256), public, shared)
