#!/usr/bin/env python3
"""Runs the examples that stand on libtgkit against a local data centre.

    run_examples.py TGDC TGCALL FOLDER-OF-EXAMPLES
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

tgdc, tgcall, examples = sys.argv[1:4]
TOKEN = "42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
PHONE = "15550001111"


def call(env, method, arguments):
    """A method called by tgcall; its answer."""
    out = subprocess.run([tgcall, "invoke", method, json.dumps(arguments)], env=env, capture_output=True, text=True, timeout=60)
    if out.returncode:
        raise SystemExit(f"{method}: {out.stderr or out.stdout}")
    return json.loads(out.stdout)


def texts(env, peer):
    """What stands in the history with somebody, the newest first."""
    history = call(env, "messages.getHistory", {"peer": peer, "offset_id": 0, "offset_date": 0, "add_offset": 0, "limit": 100,
                                               "max_id": 0, "min_id": 0, "hash": "0"})
    return [message["message"] for message in history["messages"]]


def bot_of(env):
    user = call(env, "contacts.resolveUsername", {"username": "echo_bot"})["users"][0]
    return {"_": "inputPeerUser", "user_id": user["id"], "access_hash": user["access_hash"]}


def wait_for(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"not so in time: {what}")
        time.sleep(0.1)


def echo_bot(env, work):
    """Answers each message once, also those that came while it was not there."""
    def start():
        return subprocess.Popen([os.path.join(examples, "echo_bot")], env=env | {"BOT_TOKEN": TOKEN}, cwd=work,
                                stderr=sys.stderr)

    peer = bot_of(env)
    said = []

    def say(text):
        said.append(text)
        call(env, "messages.sendMessage", {"peer": peer, "message": text, "random_id": str(len(said))})

    def answered():
        found = texts(env, peer)
        return all(found.count(text) == 2 for text in said)

    def hears():
        """What was said before a bot's first run is not for it: until it answers, it is asked whether it is there."""
        text = f"are you there, {time.monotonic()}"
        call(env, "messages.sendMessage", {"peer": peer, "message": text, "random_id": str(time.monotonic_ns())})
        time.sleep(1)
        return texts(env, peer).count(text) == 2

    bot = start()
    try:
        wait_for("an echo", hears)
        say("one")
        wait_for("another echo", answered)
        bot.send_signal(signal.SIGKILL)
        bot.wait()
        say("two, to nobody")
        bot = start()
        wait_for("an echo after a restart", answered)
        say("three")
        wait_for("a third echo", answered)
        time.sleep(1)
        assert answered(), texts(env, peer)
    finally:
        bot.kill()
        bot.wait()
    print("echo_bot: ok")


def dialogs(env, work):
    """Signs in on its own, lists, and sends a file."""
    path = os.path.join(work, "notes.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("noted\n")
    out = subprocess.run([os.path.join(examples, "dialogs"), "@echo_bot", path], env=env, cwd=work, input=f"+{PHONE}\n12345\n",
                         capture_output=True, text=True, timeout=60)
    if out.returncode or "three" not in out.stdout:
        raise SystemExit(f"dialogs: {out.stdout}{out.stderr}")
    assert texts(env, bot_of(env))[0] == "Here it is."
    again = subprocess.run([os.path.join(examples, "dialogs"), "echo_bot"], env=env, cwd=work, capture_output=True, text=True,
                           timeout=60)
    assert again.returncode == 0, again.stderr  # the session was kept; the file is there to be fetched
    with open(os.path.join(work, "newest"), encoding="utf-8") as file:
        assert file.read() == "noted\n"
    print("dialogs: ok")


def main():
    with tempfile.TemporaryDirectory() as work:
        config = os.path.join(work, "config")
        with open(config, "w", encoding="utf-8") as file:
            json.dump({"users": [{"phone": PHONE, "code": "12345", "first_name": "Ann"}],
                       "bots": [{"token": TOKEN, "username": "echo_bot"}]}, file)
        server = subprocess.Popen([tgdc, "--listen", "127.0.0.1:0", "--state", os.path.join(work, "state"), "--config", config],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            ready = json.loads(server.stdout.readline())
            env = os.environ | {"XDG_CONFIG_HOME": work, "TGCALL_DC": ready["dcs"][0]["address"], "TGCALL_PUBLIC_KEY": ready["public_key"],
                                "TGCALL_API_ID": "1", "TGCALL_API_HASH": "0123456789abcdef0123456789abcdef",
                                "TGCALL_SESSION": os.path.join(work, "ann.session")}
            subprocess.run([tgcall, "login"], env=env, input=f"+{PHONE}\n12345\n", text=True, check=True, capture_output=True,
                           timeout=60)
            echo_bot(env, work)
            dialogs(env, work)
        finally:
            server.terminate()
            server.wait()


main()
