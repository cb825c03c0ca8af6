"""tgcall at a shell: options before the command, JSON by where it goes, colours, and completion by the shells themselves."""
import json
import os
import pty
import re
import select
import shutil
import subprocess
import tempfile
import unittest

from rig import OK, TGCALL, USAGE, TestCase, clean_environment, on_terminal, run

TOOLS = os.path.dirname(TGCALL)


def commands():
    return re.findall(r"^  ([a-z0-9-]+) +\S", run("--help").out.split("commands:\n")[1].split("\n\n")[0], re.M)


class Words(TestCase):
    config = {"users": [{"phone": "15550002251", "code": "23456"}]}

    def test_options_may_stand_before_the_command(self):
        server = self.dc.server("me")
        self.assertEqual(run(*server, "login", "--phone", "15550002251", "--code", "23456").status, OK)
        self.assertEqual(run("--limit", "1", *server, "history", "me").status, OK)
        self.assertEqual(run("--dc=" + self.dc.address, *server[2:], "--pretty", "me").json()["phone"], "15550002251")
        self.assertIn("usage: tgcall send", run("--account", "x", "send", "--help").out)
        self.assertIn("usage: tgcall COMMAND", run("--account", "send", "--help").out)

    def test_help_takes_a_command(self):
        for words in ["pool"], ["me"], ["session"]:
            self.assertEqual(run("help", *words).out, run(*words, "--help").out)
        self.assertEqual(run("help").out, run("--help").out)
        self.assertEqual(run("help", "--help").out, run("--help").out)
        wrong = run("help", "pol")
        self.assertEqual((wrong.status, wrong.out), (USAGE, ""))
        self.assertIn('did you mean "pool"?', wrong.err)

    def test_one_session_is_meant(self):
        place = self.dc.path("one.session")
        self.assertIn("not both", self.ends(USAGE, self.call("me", "--account", "a", session="one")).err)
        for name in "", "a b", "../a":
            self.ends(USAGE, self.call("me", "--account", name, session=None))
        # an option goes before the environment
        self.call("me", session="one.session", TGCALL_ACCOUNT="other")
        self.assertTrue(os.path.exists(place + ".lock"))

    def test_what_is_no_command(self):
        for words in (["--acount", "work", "me"], ["--account", "me"], ["--", "me"], ["mee"], ["--pretty=1", "me"]):
            self.assertEqual(run(*words).status, USAGE, words)
        self.assertIn("--acount", run("--acount", "work", "me").err)

    def test_compact_is_one_style(self):
        self.works("login", "--phone", "15550002251", "--code", "23456", session="styled")
        for words in (["me"], ["send", "me", "hello"], ["dialogs"], ["history", "me"], ["invoke", "help.getNearestDc"], ["invoke", "no"],
                      ["invoke", "help.getConfig", "--dry-run"], ["password", "status"], ["authorizations"], ["session", "show", "--json"],
                      ["invoke", "messages.getMessages", "id:=[]"], ["authorizations", "--end", "1"], ["logout"], ["me"]):
            for line in self.call(*words, session="styled").out.splitlines():
                self.assertEqual(line, json.dumps(json.loads(line), separators=(",", ":"), ensure_ascii=False), words)

    def test_json_is_compact_in_a_pipe_and_pretty_on_a_terminal(self):
        words = ["invoke", "help.getConfig", "--dry-run"]
        self.assertEqual(len(run(*words).out.splitlines()), 1)
        self.assertGreater(len(run("--pretty", *words).out.splitlines()), 1)
        self.assertGreater(len(run(*words, env=clean_environment(TGCALL_JSON="pretty")).out.splitlines()), 1)
        self.assertGreater(len(on_terminal(words, [])[1].splitlines()), 1)
        self.assertEqual(len(on_terminal(words + ["--compact"], [])[1].splitlines()), 1)
        self.assertEqual(run(*words, "--pretty", "--compact").status, USAGE)

    def test_every_command_takes_both(self):
        server = self.dc.server("both")
        self.assertEqual(run(*server, "login", "--phone", "15550002251", "--code", "23456").status, OK)
        self.assertEqual(run(*server, "send", "me", "for the history").status, OK)
        decode = run("encode", stdin='{"_": "inputPeerUser", "user_id": "1", "access_hash": "2"}').bytes
        for words, stdin in ((["me"], b""), (["authorizations"], b""), (["history", "me"], b""), (["dialogs"], b""),
                             (["history", "me", "--raw"], b""), (["send", "me", "x"], b""), (["password", "status"], b""),
                             (["search", "me", "for"], b""), (["invoke", "help.getNearestDc"], b""),
                             (["invoke", "no.such"], b""), (["upload", "-"], b"x"), (["download", "me/1", "x"], b"")):
            where = [] if words[0] == "decode" else server
            compact = run(*words, "--compact", *where, stdin=stdin)
            pretty = run(*words, "--pretty", *where, stdin=stdin)
            self.assertEqual(compact.status, pretty.status)
            for line in compact.out.splitlines():
                self.assertEqual(line[0] + line[-1], "{}" if line[0] == "{" else "[]", words)
            if compact.out:
                self.assertGreater(len(pretty.out.splitlines()), len(compact.out.splitlines()), words)
        for style, lines in (("--compact", 1), ("--pretty", 5)):
            self.assertEqual(len(run("decode", style, stdin=decode).out.splitlines()), lines)

    def test_errors_are_coloured_on_terminals_only(self):
        self.assertNotIn("\033", run("mee").err)
        self.assertIn("\033[1;31m", on_terminal(["mee"], [], clean_environment(TERM="xterm"))[1])
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn("\033", on_terminal(["mee"], [], clean_environment(**{"TERM": "xterm", **env}))[1])


class Help(unittest.TestCase):
    """What is said of options is what the commands take."""

    def options(self, command):
        return re.findall(r"^  (--[a-z0-9-]+)(?: (\S+))?", run(command, "--help").out, re.M)

    def test_what_is_described_is_taken_with_its_values(self):
        for command in commands():
            for name, value in self.options(command):
                # the command line is wrong behind it, so that nothing is carried out
                got = run(command, name, *(["x"] if value else []), "--no-such-option")
                self.assertEqual(got.status, USAGE)
                self.assertIn("--no-such-option", got.err)
                if value:
                    self.assertIn(name + " needs a value", run(command, name).err, command)
                else:
                    self.assertIn(name + " takes no value", run(command, name + "=x").err, command)

    def test_what_is_taken_is_described(self):
        source = os.path.join(os.path.dirname(__file__), "..", "..", "tools", "tgcall")
        for name in os.listdir(source):
            if name.startswith("cmd_"):
                with open(os.path.join(source, name)) as file:
                    text = file.read()
                for option in re.findall(r'\{"(--[a-z0-9-]+)", ', text):
                    self.assertIn('"  %s' % option, text, name)

    def test_the_shared_ones_are_described(self):
        with open(os.path.join(os.path.dirname(__file__), "..", "..", "tools", "tgcall", "base", "options.c")) as file:
            taken = re.findall(r'\{"(--[a-z0-9-]+)", ', file.read())
        self.assertEqual(set(taken), set(re.findall(r"^  (--[a-z0-9-]+)", run("--help").out, re.M)))


def typed(shell, setup, lines):
    """What an interactive shell on a terminal makes of each line and a tab: the words of the command line."""
    home = tempfile.mkdtemp(prefix="tgcall-shell")
    env = clean_environment(PATH=TOOLS + ":" + os.environ["PATH"], HOME=home, TERM="xterm", XDG_DATA_HOME=home)
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(home)
        os.execvpe(shell[0], shell, env)
    shown = b""

    def until(mark):
        nonlocal shown
        while mark not in shown:
            if not select.select([fd], [], [], 30)[0]:
                raise AssertionError("no %r in %r" % (mark, shown))
            shown += os.read(fd, 65536)
        found, shown = shown.split(mark, 1)
        return found

    try:
        os.write(fd, (setup + "; echo rea''dy\n").encode())
        until(b"ready\r\n")
        words = []
        for line in lines:
            # the shell reads on when it has done with the tab: to the line's beginning, then to its end
            os.write(fd, line.encode() + b"\t\001printf '<%s>' \005 'E''ND'\n")
            until(b"<tgcall>")
            words.append(re.findall(r"<(.*?)>", until(b"<END>").decode()))
        return words
    finally:
        os.close(fd)
        os.waitpid(pid, 0)
        shutil.rmtree(home)


CASES = [("tgcall dia", ["dialogs"]),
         ("tgcall send --rep", ["send", "--reply-to"]),
         ("tgcall --account work autho", ["--account", "work", "authorizations"]),
         ("tgcall invoke help.getNeare", ["invoke", "help.getNearestDc"]),
         ("tgcall invoke auth.signIn phone_n", ["invoke", "auth.signIn", "phone_number="]),
         ("tgcall invoke auth.sendCode phone_number=1 api_i", ["invoke", "auth.sendCode", "phone_number=1", "api_id:="]),
         ("tgcall invoke auth.sendCode api_id:=1 sett", ["invoke", "auth.sendCode", "api_id:=1", "settings:="]),
         ("tgcall password decl", ["password", "decline-reset"]),
         ("tgcall explain inputPeerSel", ["explain", "inputPeerSelf"]),
         ("tgcall --transport abr", ["--transport", "abridged"])]


class Completion(unittest.TestCase):
    def try_all(self, shell, setup):
        if not shutil.which(shell[0]):
            self.skipTest(shell[0] + " is not installed")
        got = typed(shell, setup, [line for line, _ in CASES])
        self.assertEqual(len(got), len(CASES))
        for (line, words), seen in zip(CASES, got):
            self.assertEqual(seen[:len(words)], words, line)

    def test_bash(self):
        self.try_all(["bash", "--norc", "--noprofile", "-i"], 'PS1=; eval "$(tgcall completion bash)"')

    def test_zsh(self):
        self.try_all(["zsh", "-f", "-i"], "PS1=; bindkey -e; autoload -U compinit; compinit -u; eval \"$(tgcall completion zsh)\"")

    def test_files_in_bash(self):
        words = typed(["bash", "--norc", "--noprofile", "-i"],
                      'PS1=; eval "$(tgcall completion bash)"; touch "a file.txt"', ["tgcall upload a\\ f"])[0]
        self.assertEqual(words[:2], ["upload", "a file.txt"])

    def test_fish(self):
        if not shutil.which("fish"):
            self.skipTest("fish is not installed")
        script = "tgcall completion fish | source"
        for line, _ in CASES:
            script += '; complete -C "%s"; echo END' % line
        home = tempfile.mkdtemp(prefix="tgcall-fish")
        self.addCleanup(shutil.rmtree, home)
        got = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, timeout=60,
                             env=clean_environment(PATH=TOOLS + ":" + os.environ["PATH"], HOME=home, TERM="xterm"))
        parts = got.stdout.split("END\n")
        for (line, words), part in zip(CASES, parts):
            self.assertIn(words[-1], [offer.split("\t")[0] for offer in part.splitlines()], line + got.stderr)

    def test_the_fields_are_those_of_the_table(self):
        offered = [line.split("\t")[0] for line in run("complete", "--", "invoke", "messages.sendMessage", "").out.splitlines()]
        shown = run("explain", "messages.sendMessage").out
        fields = re.findall(r"^  ([a-z_0-9]+) +\S", shown.split("parameters:\n")[1].split("result:")[0], re.M)
        self.assertEqual([field.rstrip(":=") for field in offered], fields)
        self.assertIn("peer=", offered)
        self.assertIn("random_id:=", offered)

    def test_accounts_are_offered(self):
        env = clean_environment()
        os.makedirs(os.path.join(env["XDG_CONFIG_HOME"], "tgcall"))
        for name in "telegram.session", "telegram.work.session", "telegram.home.session", "telegram.work.session.peers":
            open(os.path.join(env["XDG_CONFIG_HOME"], "tgcall", name), "w").close()
        offered = run("complete", "--", "--account", "", env=env).out.split()
        self.assertEqual(sorted(offered), ["home", "work"])

    def test_only_shells_that_are_known(self):
        self.assertEqual(run("completion", "csh").status, USAGE)
        self.assertEqual(run("completion").status, USAGE)
        self.assertEqual(run("complete").status, OK)
        self.assertEqual(run("complete", "--", "x" * 100, "--" + "y" * 100 + "=z").out, "")


if __name__ == "__main__":
    unittest.main()
