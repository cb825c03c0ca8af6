"""The methods of the independent server: one user with a password, one bot, messages to oneself, small files."""
import collections
import hashlib
import os
import struct
import time

from server_crypto import Srp, big, envelope_keys_v1, ige, sha1
from server_tl import VECTOR, Malformed

PHONE, CODE, PASSWORD = "15550001111", "12345", "correct-horse"
BOT = "123456:" + "A" * 35
API_ID, API_HASH = 1, "0123456789abcdef0123456789abcdef"
LATER = object()  # a method that answers by itself
UNBOUND = {"auth.bindTempAuthKey", "help.getConfig", "help.getNearestDc"}
WRAPPERS = ["invokeAfterMsg", "invokeAfterMsgs", "invokeWithLayer", "initConnection", "invokeWithoutUpdates"]
ONCE = {"auth.sendCode", "messages.sendMessage", "auth.checkPassword"}


class RpcError(Exception):
    def __init__(self, code, text):
        super().__init__(text)
        self.code, self.text = code, text


class Api:
    def __init__(self, server):
        self.server, self.schema = server, server.schema
        self.executed, self.parts, self.files = collections.Counter(), {}, {}
        self.messages, self.exported = [], {}
        self.code_hash = os.urandom(8).hex()
        self.srp = Srp(PASSWORD)

    # ---- the way to a method ----

    def call(self, session, msg_id, value):
        session.calls = getattr(session, "calls", []) + [msg_id]
        names, query, inited = [], value, session.inited
        while "query" in query:
            names.append(query["_"])
            self.check_wrapper(session, query)
            query = query["query"]
        self.check_wrappers(session, names, query)
        session.key.used += 1
        try:
            answer = self.execute(session, msg_id, query)
        except RpcError as error:
            answer = {"_": "rpc_error", "error_code": error.code, "error_message": error.text}
        except Malformed as error:
            self.server.blame("%s: %s" % (query["_"], error))
            answer = {"_": "rpc_error", "error_code": 400, "error_message": "INPUT_REQUEST_INVALID"}
        if isinstance(answer, dict) and answer["_"] == "rpc_error" and answer["error_code"] != 401:
            session.inited = inited  # it may be tried again; a 401 is of the query, what it was wrapped in was taken
        if answer is not LATER:
            session.result(msg_id, answer)

    def check_wrapper(self, session, query):
        if query["_"] == "invokeAfterMsg" and query["msg_id"] not in session.seen:
            session.blame("invokeAfterMsg of a message that was never sent")
        if query["_"] == "initConnection":
            empty = [name for name in ("device_model", "system_version", "app_version", "system_lang_code", "lang_code")
                     if not query[name]]
            if empty or query["api_id"] != API_ID:
                session.blame("initConnection with api_id %d and nothing in %s" % (query["api_id"], empty))
        if query["_"] == "invokeWithLayer" and query["query"]["_"] != "initConnection":
            session.blame("invokeWithLayer of " + query["query"]["_"])

    def check_wrappers(self, session, names, query):
        known = [name for name in names if name in WRAPPERS]
        if known != sorted(known, key=WRAPPERS.index):
            session.blame("wrappers in the order %s" % names)
        if query["_"] == "auth.bindTempAuthKey":
            if names:
                session.blame("bindTempAuthKey is wrapped")
            return
        fresh = not session.inited
        if fresh and "initConnection" not in names:
            session.blame("%s before initConnection" % query["_"])
        if not fresh and "initConnection" in names and not session.lossy:
            session.blame("initConnection once more, for %s" % query["_"])
        if "initConnection" in names:
            session.inited = True

    def execute(self, session, msg_id, query):
        key, name = session.key, query["_"]
        if key.root is None and name not in UNBOUND:
            session.blame(name + " under a temporary key that is not bound")
            raise RpcError(401, "AUTH_KEY_PERM_EMPTY")
        if self.server.pfs and key.expires_at is None:
            session.blame(name + " under the permanent key")
        method = getattr(self, name.replace(".", "_"), None)
        if method is None:
            session.blame("this server has no " + name)
            raise RpcError(400, "INPUT_METHOD_INVALID")
        self.executed[name] += 1
        return method(session, msg_id, query)

    def user_of(self, session):
        if session.key.root is None or session.key.root.user is None:
            raise RpcError(401, "AUTH_KEY_UNREGISTERED")
        return session.key.root.user

    # ---- keys and configuration ----

    def auth_bindTempAuthKey(self, session, msg_id, query):
        perm, temp, sealed = self.server.keys.get(query["perm_auth_key_id"]), session.key, query["encrypted_message"]
        if perm is None or perm.expires_at is not None or struct.unpack("<q", sealed[:8])[0] != perm.id:
            session.blame("bindTempAuthKey names no permanent key")
            raise RpcError(400, "ENCRYPTED_MESSAGE_INVALID")
        body = self.open_binding(session, perm, sealed, msg_id)
        wanted = {"_": "bind_auth_key_inner", "nonce": query["nonce"], "temp_auth_key_id": temp.id, "perm_auth_key_id": perm.id,
                  "temp_session_id": session.id, "expires_at": query["expires_at"]}
        if body != wanted:
            session.blame("the message in bindTempAuthKey is %s" % body)
            raise RpcError(400, "ENCRYPTED_MESSAGE_INVALID")
        if temp.expires_at is None or abs(query["expires_at"] - temp.expires_at) > 60:
            session.blame("expires_at %d of a key of %s" % (query["expires_at"], temp.expires_at))
        temp.root = perm
        session.inited = False
        return {"_": "boolTrue"}

    def open_binding(self, session, perm, sealed, msg_id):
        msg_key = sealed[8:24]
        plain = ige(sealed[24:], *envelope_keys_v1(perm.data, msg_key), False)
        inner_id, seqno, size = struct.unpack("<qii", plain[16:32])
        if (inner_id, seqno, size) != (msg_id, 0, 40) or not 0 <= len(plain) - 72 < 16 or sha1(plain[:72])[4:] != msg_key:
            session.blame("the envelope in bindTempAuthKey: id %x, seqno %d, %d bytes of %d" % (inner_id, seqno, size, len(plain)))
            raise RpcError(400, "ENCRYPTED_MESSAGE_INVALID")
        return self.schema.decode(plain[32:72])

    def help_getConfig(self, *_):
        now = int(self.server.now())
        options = [{"_": "dcOption", "id": one.dc % 10000, "ip_address": "127.0.0.1", "port": one.port}
                   for one in [self.server] + self.server.others]
        config = {"_": "config", "date": now, "expires": now + 3600, "test_mode": self.server.dc > 10000,
                  "this_dc": self.server.dc % 10000, "dc_options": options,
                  "dc_txt_domain_name": "example.org", "me_url_prefix": "https://example.org/"}
        for name, kind, condition in self.schema.by_name["config"].fields:
            if kind == "int" and condition is None:
                config.setdefault(name, 4096)
        return config

    def help_getNearestDc(self, *_):
        return {"_": "nearestDc", "country": "DE", "this_dc": self.server.dc, "nearest_dc": self.server.dc}

    # ---- signing in ----

    def check_app(self, query):
        if (query["api_id"], query["api_hash"]) != (API_ID, API_HASH):
            raise RpcError(400, "API_ID_INVALID")

    def auth_sendCode(self, _session, _msg_id, query):
        self.check_app(query)
        if query["phone_number"] != PHONE:
            raise RpcError(400, "PHONE_NUMBER_INVALID")
        return {"_": "auth.sentCode", "type": {"_": "auth.sentCodeTypeApp", "length": 5}, "phone_code_hash": self.code_hash,
                "next_type": {"_": "auth.codeTypeSms"}, "timeout": 60}

    def auth_signIn(self, session, _msg_id, query):
        if (query["phone_number"], query["phone_code_hash"]) != (PHONE, self.code_hash):
            raise RpcError(400, "PHONE_CODE_EXPIRED")
        if ("phone_code" in query) == ("email_verification" in query):
            session.blame("signIn with both codes or none")
        if query.get("phone_code") != CODE:
            raise RpcError(400, "PHONE_CODE_INVALID")
        raise RpcError(401, "SESSION_PASSWORD_NEEDED")

    def account_getPassword(self, *_):
        srp_id, public = self.srp.begin()
        algo = {"_": "passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow", "salt1": self.srp.salt1,
                "salt2": self.srp.salt2, "g": self.srp.g, "p": big(self.srp.p)}
        return {"_": "account.password", "has_password": True, "current_algo": algo, "srp_B": public, "srp_id": srp_id,
                "new_algo": {**algo, "salt1": algo["salt1"][:8]}, "secure_random": os.urandom(256),
                "new_secure_algo": {"_": "securePasswordKdfAlgoUnknown"}, "hint": "the usual"}

    def auth_checkPassword(self, session, _msg_id, query):
        proof = query["password"]
        if proof["_"] != "inputCheckPasswordSRP" or proof["srp_id"] not in self.srp.rounds:
            raise RpcError(400, "SRP_ID_INVALID")
        if len(proof["A"]) != 256 or len(proof["M1"]) != 32:
            session.blame("A of %d bytes, M1 of %d" % (len(proof["A"]), len(proof["M1"])))
        if not self.srp.proves(proof["srp_id"], proof["A"], proof["M1"]):
            raise RpcError(400, "PASSWORD_HASH_INVALID")
        return self.authorize(session, {"id": 777001, "first_name": "Ada", "phone": PHONE})

    def auth_importBotAuthorization(self, session, _msg_id, query):
        self.check_app(query)
        if query["bot_auth_token"] != BOT:
            raise RpcError(400, "ACCESS_TOKEN_INVALID")
        return self.authorize(session, {"id": 123456, "first_name": "Bot", "username": "test_bot", "bot": True,
                                        "bot_info_version": 1})

    def authorize(self, session, user):
        session.key.root.user = {"_": "user", "self": True, "access_hash": 4711, **user}
        return {"_": "auth.authorization", "user": session.key.root.user, "future_auth_token": os.urandom(20)}

    def auth_exportAuthorization(self, session, _msg_id, query):
        user, others = self.user_of(session), [one for one in self.server.others if one.dc == query["dc_id"]]
        if not others:
            session.blame("an authorization is exported to data centre %d" % query["dc_id"])
            raise RpcError(400, "DC_ID_INVALID")
        others[0].api.exported[user["id"]] = (os.urandom(128), user)
        return {"_": "auth.exportedAuthorization", "id": user["id"], "bytes": others[0].api.exported[user["id"]][0]}

    def auth_importAuthorization(self, session, _msg_id, query):
        token, user = self.exported.pop(query["id"], (None, None))
        if token is None or token != query["bytes"]:
            session.blame("an authorization is imported that was not exported")
            raise RpcError(400, "AUTH_BYTES_INVALID")
        return self.authorize(session, user)

    def auth_logOut(self, session, *_):
        self.user_of(session)
        session.key.root.user = None
        return {"_": "auth.loggedOut", "future_auth_token": os.urandom(20)}

    # ---- users, updates, messages ----

    def vector(self, kind, items):
        return struct.pack("<Ii", VECTOR, len(items)) + b"".join(self.schema.encode(item, kind) for item in items)

    def users_getUsers(self, session, _msg_id, query):
        return self.vector("User", [self.user_of(session) for one in query["id"] if one["_"] == "inputUserSelf"])

    def users_getFullUser(self, session, *_):
        user = self.user_of(session)
        full = {"_": "userFull", "id": user["id"], "settings": {"_": "peerSettings"}, "about": "x" * 2000,
                "notify_settings": {"_": "peerNotifySettings"}, "common_chats_count": 0}
        return {"_": "users.userFull", "full_user": full, "chats": [], "users": [user]}

    def state(self):
        return {"_": "updates.state", "pts": 1 + len(self.messages), "qts": 0, "date": int(self.server.now()), "seq": 0,
                "unread_count": 0}

    def updates_getState(self, session, *_):
        self.user_of(session)
        return self.state()

    def updates_getDifference(self, session, *_):
        self.user_of(session)
        return {"_": "updates.differenceEmpty", "date": int(self.server.now()), "seq": 0}

    def messages_sendMessage(self, session, _msg_id, query):
        self.user_of(session)
        if query["peer"]["_"] != "inputPeerSelf" or not query["message"]:
            raise RpcError(400, "PEER_ID_INVALID")
        if query["random_id"] in {one["random_id"] for one in self.messages}:
            raise RpcError(500, "RANDOM_ID_DUPLICATE")
        self.messages.append(query)
        return {"_": "updateShortSentMessage", "out": True, "id": len(self.messages), "pts": 1 + len(self.messages), "pts_count": 1,
                "date": int(self.server.now())}

    def update(self):
        """An update that changes nothing."""
        return {"_": "updateShort", "date": int(time.time()),
                "update": {"_": "updateUserStatus", "user_id": 777001,
                           "status": {"_": "userStatusOnline", "expires": int(time.time()) + 60}}}

    # ---- files ----

    def upload_saveFilePart(self, session, _msg_id, query):
        return self.save_part(session, query, None)

    def upload_saveBigFilePart(self, session, _msg_id, query):
        return self.save_part(session, query, query["file_total_parts"])

    def save_part(self, session, query, total):
        self.user_of(session)
        size, parts = len(query["bytes"]), self.parts.setdefault(query["file_id"], {})
        if not 0 < size <= 512 * 1024:
            raise RpcError(400, "FILE_PART_TOO_BIG")
        if total is not None and not query["file_part"] < total <= 8000:
            raise RpcError(400, "FILE_PARTS_INVALID")
        if query["file_part"] in parts and not session.lossy:
            session.blame("file part %d once more" % query["file_part"])
        parts[query["file_part"]] = query["bytes"]
        return {"_": "boolTrue"}

    def uploaded(self):
        """The files that came in, as they were sent in parts that fit together."""
        files = []
        for parts in self.parts.values():
            sizes = [len(parts[number]) for number in sorted(parts)]
            if sorted(parts) != list(range(len(parts))) or len(set(sizes[:-1])) > 1 or any(
                    size % 1024 or 524288 % size for size in sizes[:-1]):
                self.server.blame("a file in parts %s of %s" % (sorted(parts), sizes))
            files.append(b"".join(parts[number] for number in sorted(parts)))
        return files

    def upload_getFile(self, session, _msg_id, query):
        self.user_of(session)
        location, offset, limit = query["location"], query["offset"], query["limit"]
        if location["_"] != "inputDocumentFileLocation" or location["id"] not in self.files:
            raise RpcError(400, "LOCATION_INVALID")
        unit = 1024 if query.get("precise") else 4096
        if offset % unit or limit % unit or not 0 < limit <= 1 << 20 or offset // (1 << 20) != (offset + limit - 1) // (1 << 20):
            session.blame("a part of %d bytes at %d" % (limit, offset))
            raise RpcError(400, "LIMIT_INVALID")
        return {"_": "upload.file", "type": {"_": "storage.filePartial"}, "mtime": 0,
                "bytes": self.files[location["id"]][offset:offset + limit]}


def digest(data):
    return hashlib.sha256(data).hexdigest()
