#!/usr/bin/env python3
"""Somebody signs in with a window: reads the pages that it shows, types, presses buttons.

    windows.py TGDC PROGRAM...
"""
import json
import os
import subprocess
import sys
import tempfile

PHONE = "15550001111"


class Window:
    """One of the programs, running."""

    def __init__(self, program, work, env):
        self.process = subprocess.Popen([program], cwd=work, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def page(self, name):
        """Reads on to the next page, which has to be that; the errors above it."""
        errors = []
        for line in self.process.stdout:
            if line.startswith("! "):
                errors.append(line)
            elif line.startswith("["):
                assert line.startswith(f"[{name}] "), f"{name} expected, not {line}"
                return "".join(errors)
        raise SystemExit(f"{name} expected, but the window was closed")

    def type(self, text):
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def closed(self):
        self.process.stdin.close()
        self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait(timeout=60)


def sign_in(program, work, env):
    """Every mistake that a person makes, and two buttons."""
    window = Window(program, work, env)
    window.page("phone")
    window.type("what do I write here")
    assert "has no 'w'" in window.page("phone")
    window.type("+15550009999")
    window.page("code")
    window.type("/back")
    assert not window.page("phone")
    window.type("+1 (555) 000-1111")
    window.page("code")
    window.type("/again")
    window.page("code")
    window.type("99999")
    assert "PHONE_CODE_INVALID" in window.page("code")
    window.type("12345")
    window.page("password")
    window.type("wrong")
    assert "PASSWORD_HASH_INVALID" in window.page("password")
    window.type("right")
    assert not window.page("nothing")
    assert window.closed() == 0
    again = Window(program, work, env)
    again.page("nothing")  # the session was kept
    assert again.closed() == 0


def shut(program, work, env):
    """The window is closed while it asks, and while a code waits to be scanned."""
    window = Window(program, work, env)
    assert window.closed() == 1
    window = Window(program, work, env)
    window.page("phone")
    window.type("qr")
    window.page("scan")
    assert window.process.stdout.readline().startswith("tg://login?token=")
    window.type("/back")
    window.page("phone")
    window.type("qr")
    window.page("scan")
    window.type("/quit")
    assert window.closed() == 1


def main():
    tgdc, programs = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory() as state:
        server = subprocess.Popen([tgdc, "--listen", "127.0.0.1:0", "--state", state, "--user", f"{PHONE},12345,right"],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            ready = json.loads(server.stdout.readline())
            env = os.environ | {"TGCALL_DC": ready["dcs"][0]["address"], "TGCALL_PUBLIC_KEY": ready["public_key"],
                                "TGCALL_API_ID": "1", "TGCALL_API_HASH": "0123456789abcdef0123456789abcdef"}
            for program in programs:
                with tempfile.TemporaryDirectory() as work:
                    shut(program, work, env)
                    sign_in(program, work, env)
                    print(f"{os.path.basename(program)}: ok")
        finally:
            server.terminate()
            server.wait()


main()
