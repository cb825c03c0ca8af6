"""TDLib itself (npm prebuilt-tdlib) signs in to a local data centre.

Its RSA key is replaced in a temporary copy of the library (both PEM texts have one length), its connections are turned to loopback
by the preload that redirect.c is. Run with TDLIB (the library) and REDIRECT (the preload) in the environment.
"""
import ctypes
import json
import os
import re
import subprocess
import sys
import tempfile
import time

PHONE, CODE, PASSWORD, BOT = (os.environ["TGDC_" + k] for k in ("PHONE", "CODE", "PASSWORD", "BOT"))
LIMIT = time.monotonic() + 120
OWN_KEY = re.compile(rb"-----BEGIN RSA PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+-----END RSA PUBLIC KEY-----")


def with_key(library, pem_path, folder):
    """A copy of the library in which the production key is the data centre's."""
    pem = subprocess.run(["openssl", "rsa", "-in", pem_path, "-pubin", "-RSAPublicKey_out"], check=False, capture_output=True).stdout
    if not pem:  # it is in that form already
        with open(pem_path, "rb") as file:
            pem = file.read()
    pem = OWN_KEY.search(pem).group(0)
    with open(library, "rb") as file:
        data = file.read()
    keys = [m.group(0) for m in OWN_KEY.finditer(data) if len(m.group(0)) == len(pem)]
    assert len(keys) >= 1, "no key of that length in the library"
    for key in keys:
        data = data.replace(key, pem)
    path = os.path.join(folder, "libtdjson.so")
    with open(path, "wb") as file:
        file.write(data)
    return path


class Client:
    """One TDLib client: requests by name, answers and authorization states in order."""
    all = {}

    def __init__(self, td, folder):
        self.td, self.id = td, td.td_create_client_id()
        Client.all[self.id] = self
        self.state, self.answers, self.extra = None, {}, 0
        self.send({"@type": "getOption", "name": "version"})
        self.wait(lambda s: s == "authorizationStateWaitTdlibParameters")
        self.call({"@type": "setTdlibParameters", "use_test_dc": False, "database_directory": folder, "files_directory": folder,
                   "use_file_database": False, "use_chat_info_database": False, "use_message_database": False,
                   "use_secret_chats": False, "api_id": 1, "api_hash": "0123456789abcdef0123456789abcdef",
                   "system_language_code": "en", "device_model": "test", "system_version": "1", "application_version": "1"})

    def send(self, request):
        self.td.td_send(self.id, json.dumps(request).encode())

    def receive(self):
        if time.monotonic() > LIMIT:
            raise TimeoutError("tdlib: no end; last state " + str(self.state))
        raw = self.td.td_receive(ctypes.c_double(0.5))
        if not raw:
            return
        event = json.loads(raw)
        Client.all[event["@client_id"]].take(event)

    def take(self, event):
        if event["@type"] == "updateAuthorizationState":
            self.state = event["authorization_state"]
        elif "@extra" in event:
            self.answers[event["@extra"]] = event
        else:
            self.on_update(event)

    def on_update(self, event):
        pass

    def wait(self, test):
        while self.state is None or not test(self.state["@type"]):
            self.receive()
        return self.state

    def ask(self, request):
        self.extra += 1
        self.send({**request, "@extra": self.extra})
        while self.extra not in self.answers:
            self.receive()
        return self.answers.pop(self.extra)

    def call(self, request):
        answer = self.ask(request)
        assert answer["@type"] != "error", (request["@type"], answer)
        return answer

    def fails(self, name, request):
        answer = self.ask(request)
        assert answer["@type"] == "error" and answer["message"] == name, (name, answer)

    def close(self):
        self.send({"@type": "close"})
        self.wait(lambda s: s == "authorizationStateClosed")


def user(td, folder, proxy):
    c = Client(td, folder)
    if proxy:
        c.call({"@type": "addProxy", **proxy, "enable": True})
    c.wait(lambda s: s == "authorizationStateWaitPhoneNumber")
    c.call({"@type": "setAuthenticationPhoneNumber", "phone_number": PHONE})
    c.wait(lambda s: s == "authorizationStateWaitCode")
    c.fails("PHONE_CODE_INVALID", {"@type": "checkAuthenticationCode", "code": "99999" if CODE != "99999" else "88888"})
    c.call({"@type": "checkAuthenticationCode", "code": CODE})
    c.wait(lambda s: s == "authorizationStateWaitPassword")
    c.fails("PASSWORD_HASH_INVALID", {"@type": "checkAuthenticationPassword", "password": "not " + PASSWORD})
    c.call({"@type": "checkAuthenticationPassword", "password": PASSWORD})
    c.wait(lambda s: s == "authorizationStateReady")
    me = c.call({"@type": "getMe"})
    assert me["phone_number"] == PHONE.lstrip("+"), me
    c.close()


def bot(td, folder, proxy):
    c = Client(td, folder)
    if proxy:
        c.call({"@type": "addProxy", **proxy, "enable": True})
    c.wait(lambda s: s == "authorizationStateWaitPhoneNumber")
    c.fails("ACCESS_TOKEN_INVALID", {"@type": "checkAuthenticationBotToken", "token": "1:" + "x" * 35})
    c.call({"@type": "checkAuthenticationBotToken", "token": BOT})
    c.wait(lambda s: s == "authorizationStateReady")
    assert c.call({"@type": "getMe"})["type"]["@type"] == "userTypeBot"
    c.close()


def preload():
    """Starts this program again with its connections turned to the local data centre."""
    if "REDIRECT" in os.environ and os.environ.get("LD_PRELOAD") != os.environ["REDIRECT"]:
        os.environ["LD_PRELOAD"] = os.environ["REDIRECT"]
        os.environ["TGDC_PORT"] = os.environ["TGDC_ADDRESS"].rsplit(":", 1)[1]
        os.execv(sys.executable, [sys.executable] + sys.argv)


def load(folder):
    """The library, with the data centre's key."""
    td = ctypes.CDLL(with_key(os.environ["TDLIB"], os.environ["TGDC_KEY"], folder))
    td.td_receive.restype = ctypes.c_char_p
    td.td_receive.argtypes = [ctypes.c_double]
    td.td_send.argtypes = [ctypes.c_int, ctypes.c_char_p]
    td.td_execute.restype = ctypes.c_char_p
    td.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": int(os.environ.get("TDLIB_LOG", "0"))}).encode())
    return td


def main():
    preload()
    proxy = json.loads(os.environ.get("TGDC_PROXY", "null"))
    with tempfile.TemporaryDirectory() as folder:
        td = load(folder)
        for kind in (user, bot):
            kind(td, os.path.join(folder, kind.__name__), proxy)
            print("tdlib", kind.__name__, "ok", flush=True)
        sys.stdout.flush()
        os._exit(0)  # its threads outlive the interpreter otherwise


if __name__ == "__main__":
    main()
