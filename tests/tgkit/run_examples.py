#!/usr/bin/env python3
"""Runs the examples that stand on libtgkit against a local data centre.

    run_examples.py TGDC TGCALL FOLDER-OF-EXAMPLES FOLDER-OF-THOSE-IN-C++
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

tgdc, tgcall, examples, cxx = sys.argv[1:5]
TOKEN = "42:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
OTHER_TOKEN = "43:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
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


def program_of(name):
    """Those of C++ are built beside the tests of examples."""
    return os.path.join(examples if not name.endswith("_cxx") else cxx, name)


def bot_of(env, name="echo_bot"):
    user = call(env, "contacts.resolveUsername", {"username": name})["users"][0]
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


def download_all(env, work, program):
    """Keeps what is there, whatever name it has; goes on where it was killed; fetches nothing twice."""
    folder, sent = os.path.join(work, program), {"large.bin": os.urandom(8 << 20), "..": b"two dots", "small.txt": b"small"}
    os.mkdir(folder)
    for name, content in sent.items():
        path = os.path.join(work, "sent")
        with open(path, "wb") as file:
            file.write(content)
        subprocess.run([tgcall, "upload", "--to", "me", "--name", name, path], env=env, check=True, capture_output=True, timeout=60)

    def run(kill=False):
        process = subprocess.Popen([program_of(program), "me", folder], env=env, cwd=work, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        process.stdin.write(f"+{PHONE}\n12345\n")
        process.stdin.close()
        if kill:
            wait_for("a part of a file", lambda: any(name.endswith(".part") for name in os.listdir(folder)) or process.poll() is not None)
            process.kill()
        out = process.stdout.read() + process.stderr.read()
        assert process.wait() == 0 or kill, out
        return out

    def kept():
        found = {}
        for name in sorted(os.listdir(folder), key=lambda name: int(name.split("-")[0])): # of two with one name the newest
            with open(os.path.join(folder, name), "rb") as file:
                found[name.split("-", 1)[1]] = file.read()
        return found

    run(kill=True)
    run()
    assert kept() == sent, sorted(os.listdir(folder))
    assert f"0 fetched, {len(os.listdir(folder))} were there, 0 failed" in run()
    print(f"{program}: ok")


def two_accounts(env, work, program):
    """What one bot hears, the other one says."""
    bots = subprocess.Popen([program_of(program), "@ann"], env=env | {"BOT_TOKEN": TOKEN, "BOT_TOKEN_2": OTHER_TOKEN}, cwd=work,
                            stderr=sys.stderr)
    one, two = bot_of(env), bot_of(env, "other_bot")
    try:
        def passed():
            text = f"{program} {time.monotonic()}"
            call(env, "messages.sendMessage", {"peer": one, "message": text, "random_id": str(time.monotonic_ns())})
            time.sleep(0.5)
            return texts(env, two).count(text) == 1
        wait_for("what the first bot heard", passed)
        call(env, "messages.sendMessage", {"peer": two, "message": "back", "random_id": str(time.monotonic_ns())})
        wait_for("what the second bot heard", lambda: "back" in texts(env, one))
    finally:
        bots.kill()
        bots.wait()
    for name in ("one.session", "two.session"):
        os.remove(os.path.join(work, name))
    print(f"{program}: ok")


def main():
    with tempfile.TemporaryDirectory() as work:
        config = os.path.join(work, "config")
        with open(config, "w", encoding="utf-8") as file:
            json.dump({"users": [{"phone": PHONE, "code": "12345", "first_name": "Ann", "username": "ann"}],
                       "bots": [{"token": TOKEN, "username": "echo_bot"}, {"token": OTHER_TOKEN, "username": "other_bot"}]}, file)
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
            for name in ("", "_cxx"):
                if os.path.exists(program_of("download_all" + name)):
                    download_all(env, work, "download_all" + name)
                    two_accounts(env, work, "two_accounts" + name)
        finally:
            server.terminate()
            server.wait()


main()
