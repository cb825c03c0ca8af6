"""tgcall with people: send, dialogs, history, search, contacts, listen; and named accounts."""
import json
import os
import subprocess
import unittest

from rig import LOCAL, OK, RPC, TGCALL, USAGE, TestCase, clean_environment, run

ANN, BOB = "15550002221", "15550002222"


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


class People(TestCase):
    config = {"users": [{"phone": ANN, "code": "23456", "first_name": "Ann", "username": "ann_a"},
                        {"phone": BOB, "code": "23456", "first_name": "Bob", "username": "bob_b"}]}

    def setUp(self):
        self.works("login", "--phone", ANN, "--code", "23456", session="ann")
        self.works("login", "--phone", BOB, "--code", "23456", session="bob")

    def lines(self, *words, session="ann"):
        return lines(self.ends(OK, self.call(*words, session=session)).out)

    def test_a_message_arrives_whoever_it_is_said_to(self):
        bob = self.works("me", session="bob")["id"]
        for i, who in enumerate(("@bob_b", "bob_b", "+" + BOB, "https://t.me/bob_b", bob)):
            self.works("send", who, f"to {i}", session="ann")
        self.works("send", "@bob_b", "-", session="ann", stdin="from a pipe")
        texts = [message["text"] for message in self.lines("history", "@ann_a", "--limit", "6", session="bob")]
        self.assertEqual(texts, ["from a pipe", "to 4", "to 3", "to 2", "to 1", "to 0"])
        self.fails("USERNAME_NOT_OCCUPIED", "send", "@nobody_here", "x", session="ann")
        self.ends(USAGE, self.call("send", "#", "x", session="ann"))
        self.ends(USAGE, self.call("send", "me", "x", "y", session="ann"))

    def test_peers_are_remembered_between_runs(self):
        self.works("send", "@bob_b", "once", session="ann")
        before = self.dc.calls("contacts.resolveUsername")
        self.works("send", "@bob_b", "twice", session="ann")
        self.assertEqual(self.dc.calls("contacts.resolveUsername"), before)
        self.assertEqual(os.stat(self.dc.path("ann.peers")).st_mode & 0o77, 0)

    def test_formats_and_answers(self):
        first = self.works("send", "me", "plain <b>", session="ann")["message_id"]
        self.works("send", "me", "<b>bold</b>", "--format", "html", "--reply-to", str(first), session="ann")
        newest = self.lines("history", "me", "--limit", "2")
        self.assertEqual([message["text"] for message in newest], ["bold", "plain <b>"])
        self.ends(USAGE, self.call("send", "me", "<b>", "--format", "html", session="ann"))
        self.ends(USAGE, self.call("send", "me", "x", "--format", "rtf", session="ann"))
        self.ends(USAGE, self.call("send", "me", "x", "--reply-to", "y", session="ann"))

    def test_dialogs(self):
        self.works("send", "@bob_b", "the newest", session="ann")
        rows = self.lines("dialogs")
        self.assertIn("Bob", rows[0]["title"])
        self.assertEqual(str(rows[0]["id"]), self.works("me", session="bob")["id"])
        self.assertEqual(len(self.lines("dialogs", "--limit", "1")), 1)
        self.works("send", str(rows[0]["id"]), "by the id that was printed", session="ann")

    def test_history_is_paged(self):
        for i in range(3):
            self.works("send", "me", f"row {i}", session="bob")
        raw = self.lines("history", "me", "--limit", "1", "--raw", session="bob")
        self.assertEqual(raw[0]["_"], "message")
        self.assertEqual(raw[0]["message"], "row 2")
        self.ends(USAGE, self.call("history", session="bob"))
        self.ends(USAGE, self.call("history", "me", "--limit", "0", session="bob"))

    def test_search(self):
        self.works("send", "me", "an Invoice of May", session="bob")
        self.works("send", "me", "something else", session="bob")
        found = self.lines("search", "me", "invoice", session="bob")
        self.assertEqual([message["text"] for message in found], ["an Invoice of May"])
        self.assertEqual(self.lines("search", "me", "no such thing", session="bob"), [])

    def test_contacts(self):
        self.assertEqual(self.lines("contacts"), [])

    def listen(self, *words):
        return subprocess.Popen([TGCALL, "listen", *words, *self.dc.server("bob")], stdout=subprocess.PIPE,
                                env=clean_environment(), text=True)

    def test_listen_goes_on_where_it_stopped(self):
        first = self.listen("--count", "1", "--filter", "messages")
        number = 0
        while first.poll() is None:  # what is sent before it listens is not for it
            number += 1
            self.works("send", "@bob_b", f"heard {number}", session="ann")
        heard = lines(first.stdout.read())
        first.stdout.close()
        self.assertEqual(first.returncode, OK)
        heard = [message["text"] for message in heard]
        begun = int(heard[0].removeprefix("heard "))
        self.works("send", "@bob_b", "while nobody listened", session="ann")
        again = self.listen("--json", "--count", "50")
        got = []
        for line in again.stdout:
            update = json.loads(line)
            if update["_"] == "updateNewMessage":
                got.append(update["message"]["message"])
            if "while nobody listened" in got:
                break
        again.terminate()
        again.wait()
        again.stdout.close()
        # Of what was sent since the first of them, nothing is missing and nothing comes twice.
        self.assertEqual(heard + got, [f"heard {n}" for n in range(begun, number + 1)] + ["while nobody listened"])

    def test_listen_knows_the_kinds(self):
        self.ends(USAGE, self.call("listen", "--filter", "messages,nonsense", session="bob"))
        self.ends(RPC, self.call("listen", session="nobody"))

    def test_accounts_have_a_session_each(self):
        env = clean_environment()
        server = self.dc.server()

        def run(*words):
            return subprocess.run([TGCALL, *words, *server], env=env, capture_output=True, text=True, timeout=60)

        for account, phone in (("work", ANN), ("home", BOB)):
            self.assertEqual(run("login", "--account", account, "--phone", phone, "--code", "23456").returncode, OK)
        names = [json.loads(run("me", "--account", account).stdout)["first_name"] for account in ("work", "home")]
        self.assertEqual(names, ["Ann", "Bob"])
        self.assertEqual(run("me").returncode, RPC)  # that without a name is another one


class Completed(TestCase):
    config = {"users": [{"phone": ANN, "code": "23456", "username": "ann_c"},
                        {"phone": BOB, "code": "23456", "username": "bob_c", "first_name": "Bob"}]}

    def offered(self, *words, **env):
        result = run("complete", "--", *words, env=clean_environment(**env))
        self.assertEqual((result.status, result.err), (OK, ""))
        return [line.split("\t")[0] for line in result.out.splitlines()]

    def test_people_that_were_seen_are_offered(self):
        self.works("login", "--phone", ANN, "--code", "23456")
        self.works("send", "@bob_c", "hello")
        path = self.dc.path("me")
        with open(path + ".peers", "rb") as file:
            before = file.read()
        for words in (["--session", path, "send", ""], ["--session=" + path, "history", ""], ["search", "--session", path, ""],
                      ["upload", "--session", path, "--to", ""]):
            offered = self.offered(*words)
            self.assertIn("me", offered, words)
            self.assertIn("@bob_c", offered, words)
        self.assertIn("@bob_c", self.offered("send", "@b", TGCALL_SESSION=path))
        self.assertNotIn("@ann_c", self.offered("send", "@b", TGCALL_SESSION=path))
        self.assertEqual(self.offered("--session", path, "upload", "--to=@bo"), ["--to=@bob_c"])
        self.assertEqual(self.offered("--session", path, "download", "@bo"), ["@bob_c/"])
        self.assertEqual(self.offered("--session", path, "send", "@bob_c", "@b"), [])
        self.assertEqual(self.offered("--session", self.dc.path("none"), "send", ""), ["me"])
        with open(path + ".peers", "rb") as file:
            self.assertEqual(file.read(), before)  # it is looked at, and left alone
        self.assertFalse(os.path.exists(self.dc.path("none.peers")))
        script = "PS1=; eval \"$(tgcall completion bash)\"; COMP_WORDS=(tgcall --session %s send @bo); COMP_CWORD=4; _tgcall; echo \"${COMPREPLY[@]}\"" % path
        shown = subprocess.run(["bash", "-c", script], capture_output=True, text=True,
                               env=clean_environment(PATH=os.path.dirname(TGCALL) + ":" + os.environ["PATH"]))
        self.assertEqual(shown.stdout.strip(), "@bob_c", shown.stderr)


if __name__ == "__main__":
    unittest.main()
