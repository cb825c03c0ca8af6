"""What people do with TDLib once they are signed in, and the rest of its ways to sign in: messages to oneself, updates, files, QR codes,
two-step verification, signing up, active sessions."""
import json
import os
import sys
import tempfile
import time
import traceback

import tdlib_client as tdlib

SECOND, SECOND_CODE = "+15550002222", "22222"  # accounts.json
OUTBOX = os.path.join(os.path.dirname(os.environ["TGDC_KEY"]), "outbox")


def last_code(to):
    """What was last sent to that number or address."""
    with open(OUTBOX, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    return [line["code"] for line in lines if line["to"] == to][-1]


class Client(tdlib.Client):
    """Also remembers every update."""

    def __init__(self, td, folder):
        self.updates = []
        super().__init__(td, folder)

    def on_update(self, event):
        self.updates.append(event)

    def until(self, test):
        """The first update that passes the test."""
        while True:
            for update in self.updates:
                if test(update):
                    return update
            self.receive()


def sign_in(td, folder, phone=tdlib.PHONE, code=tdlib.CODE, password=tdlib.PASSWORD):
    c = Client(td, folder)
    c.wait(lambda s: s == "authorizationStateWaitPhoneNumber")
    c.call({"@type": "setAuthenticationPhoneNumber", "phone_number": phone})
    c.wait(lambda s: s == "authorizationStateWaitCode")
    c.call({"@type": "checkAuthenticationCode", "code": code})
    if c.wait(lambda s: s != "authorizationStateWaitCode")["@type"] == "authorizationStateWaitPassword":
        c.call({"@type": "checkAuthenticationPassword", "password": password})
    c.wait(lambda s: s == "authorizationStateReady")
    return c


def own_chat(c):
    return c.call({"@type": "createPrivateChat", "user_id": c.call({"@type": "getMe"})["id"], "force": True})["id"]


def send(c, content):
    sent = c.call({"@type": "sendMessage", "chat_id": own_chat(c), "input_message_content": content})
    return c.until(lambda u: u["@type"] == "updateMessageSendSucceeded" and u["old_message_id"] == sent["id"])["message"]


def messages(td, folder):
    c = sign_in(td, folder)
    message = send(c, {"@type": "inputMessageText", "text": {"@type": "formattedText", "text": "Hello, myself!"}})
    assert message["content"]["text"]["text"] == "Hello, myself!", message
    c.call({"@type": "logOut"})
    c.wait(lambda s: s == "authorizationStateClosed")


def updates(td, folder):
    text = "to the other session"
    a, b = sign_in(td, folder + "a"), sign_in(td, folder + "b")
    # What comes before b has asked for the state is not told to it, and it does not say when it has: a goes on until it is heard.
    while not any(u["@type"] == "updateNewMessage" and u["message"]["content"].get("text", {}).get("text") == text for u in b.updates):
        send(a, {"@type": "inputMessageText", "text": {"@type": "formattedText", "text": text}})
        b.receive()
    rows = a.call({"@type": "getActiveSessions"})["sessions"]
    assert len(rows) == 2, rows
    a.call({"@type": "terminateAllOtherSessions"})
    b.send({"@type": "getActiveSessions"})  # it learns by asking
    b.wait(lambda s: s == "authorizationStateClosed")
    a.close()


def files(td, folder):
    c = sign_in(td, folder)
    path = os.path.join(folder, "x.bin")
    for size in 100, 300000, 11 * 1024 * 1024:
        data = os.urandom(size)
        with open(path, "wb") as file:
            file.write(data)
        message = send(c, {"@type": "inputMessageDocument", "document": {"@type": "inputFileLocal", "path": path}})
        remote = message["content"]["document"]["document"]["remote"]["id"]
        os.rename(path, path + str(size))  # so that it has to be fetched
        found = c.call({"@type": "getRemoteFile", "remote_file_id": remote})
        c.call({"@type": "deleteFile", "file_id": found["id"]})
        got = c.call({"@type": "downloadFile", "file_id": found["id"], "priority": 1, "offset": 0, "limit": 0, "synchronous": True})
        with open(got["local"]["path"], "rb") as file:
            assert file.read() == data, size
    c.close()


def qr(td, folder):
    a, b = sign_in(td, folder + "a"), Client(td, folder + "b")
    b.wait(lambda s: s == "authorizationStateWaitPhoneNumber")
    b.call({"@type": "requestQrCodeAuthentication", "other_user_ids": []})
    link = b.wait(lambda s: s == "authorizationStateWaitOtherDeviceConfirmation")["link"]
    a.call({"@type": "confirmQrCodeAuthentication", "link": link})
    b.wait(lambda s: s == "authorizationStateWaitPassword")
    b.call({"@type": "checkAuthenticationPassword", "password": tdlib.PASSWORD})
    b.wait(lambda s: s == "authorizationStateReady")
    b.close()
    a.close()


def two_step(td, folder):
    c = sign_in(td, folder + "a", SECOND, SECOND_CODE)
    state = c.call({"@type": "setPassword", "old_password": "", "new_password": "first", "new_hint": "h",
                    "set_recovery_email_address": True, "new_recovery_email_address": "me@example.org"})
    assert state["recovery_email_address_code_info"], state
    state = c.call({"@type": "checkRecoveryEmailAddressCode", "code": last_code("me@example.org")})
    assert state["has_password"] and state["has_recovery_email_address"], state
    c.fails("PASSWORD_HASH_INVALID", {"@type": "setPassword", "old_password": "wrong", "new_password": "second"})
    other = Client(td, folder + "b")
    other.wait(lambda s: s == "authorizationStateWaitPhoneNumber")
    other.call({"@type": "setAuthenticationPhoneNumber", "phone_number": SECOND})
    other.wait(lambda s: s == "authorizationStateWaitCode")
    other.call({"@type": "checkAuthenticationCode", "code": SECOND_CODE})
    other.wait(lambda s: s == "authorizationStateWaitPassword")
    other.call({"@type": "requestAuthenticationPasswordRecovery"})
    other.call({"@type": "recoverAuthenticationPassword", "recovery_code": last_code("me@example.org"), "new_password": "",
                "new_hint": ""})
    other.wait(lambda s: s == "authorizationStateReady")
    assert not c.call({"@type": "getPasswordState"})["has_password"]
    other.close()
    c.close()


def sign_up(td, folder):
    c, phone = Client(td, folder), "+15550008888"
    c.wait(lambda s: s == "authorizationStateWaitPhoneNumber")
    c.call({"@type": "setAuthenticationPhoneNumber", "phone_number": phone})
    c.wait(lambda s: s == "authorizationStateWaitCode")
    c.call({"@type": "checkAuthenticationCode", "code": last_code(phone.lstrip("+"))})
    c.wait(lambda s: s == "authorizationStateWaitRegistration")
    c.call({"@type": "registerUser", "first_name": "New", "last_name": "User"})
    c.wait(lambda s: s == "authorizationStateReady")
    assert c.call({"@type": "getMe"})["first_name"] == "New"
    c.close()


def main():
    tdlib.preload()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        td = tdlib.load(folder)
        for part in messages, updates, files, qr, two_step, sign_up:
            if len(sys.argv) > 1 and part.__name__ not in sys.argv[1:]:
                continue
            tdlib.LIMIT = time.monotonic() + 120
            try:
                os.mkdir(os.path.join(folder, part.__name__))
                part(td, os.path.join(folder, part.__name__))
                print("tdlib", part.__name__, "ok", flush=True)
            except Exception:  # the others are to run as well
                failed = 1
                print("tdlib", part.__name__, "FAILED", flush=True)
                traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(failed)  # its threads outlive the interpreter otherwise


main()
