"""How the checks in this folder use tgcall."""
import hashlib
import json
import os
import secrets
import subprocess
import sys

TGCALL = sys.argv[1]
_next = 0


def run(*args, text=""):
    return subprocess.run([TGCALL, *args], input=text, capture_output=True, text=True, check=True).stdout.strip()


def new_name():
    global _next
    _next += 1
    return f"session-{_next}"


def take(source, *options):
    """Imports a string or a file; returns the session file that came of it."""
    name = new_name()
    is_path = len(source) < 200
    run("session", "import", source if is_path else "-", "--session", name, *options, text="" if is_path else source)
    return name


def give(session, form, *options):
    return run("session", "export", "--to", form, "--session", session, *options)


def show(session):
    return json.loads(run("session", "show", session, "--json"))


def make_key():
    """A key that also has a run of zeros."""
    key = bytearray(secrets.token_bytes(256))
    key[40:50] = bytes(10)
    return bytes(key)


def key_id(key):
    return hashlib.sha1(key).digest()[-8:].hex()


def connection():
    return ("--dc", os.environ["TGDC_ADDRESS"], "--public-key", os.environ["TGDC_KEY"], "--api-id", "1", "--api-hash",
            "0123456789abcdef0123456789abcdef")


def login():
    """Signs in with tgcall; returns the session file."""
    name = new_name()
    run("login", "--phone", os.environ["TGDC_PHONE"], "--code", os.environ["TGDC_CODE"], "--password",
        os.environ["TGDC_PASSWORD"], "--session", name, *connection())
    return name


def who_am_i(session):
    """Who tgcall is with a session that it did not make, without a login."""
    answer = run("invoke", "users.getUsers", '{"id": [{"_": "inputUserSelf"}]}', "--session", session, *connection())
    return json.loads(answer)[0]["phone"]
