"""tgcall upload and download: continued after kill -9, from and to pipes, and not through links. TGCALL_SEED repeats a run."""
import json
import os
import random
import signal
import subprocess
import time
import unittest

from rig import OK, TGCALL, TestCase, clean_environment

PHONE = "15550002223"
SIZE = (24 << 20) + 12345
PART = 512 << 10
PARTS = SIZE // PART + 1
SEED = int(os.environ.get("TGCALL_SEED", random.randrange(1 << 30)))


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Files(TestCase):
    config = {"users": [{"phone": PHONE, "code": "23456"}]}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chance = random.Random(SEED)
        print("TGCALL_SEED=%d" % SEED, flush=True)

    def setUp(self):
        self.works("login", "--phone", PHONE, "--code", "23456")
        self.file = self.dc.path("file")
        self.content = self.chance.randbytes(SIZE)
        with open(self.file, "wb") as file:
            file.write(self.content)

    def sent(self, result):
        return str([update["id"] for update in result.json()["updates"] if update["_"] == "updateMessageID"][0])

    def send(self):
        return self.sent(self.ends(OK, self.call("upload", self.file, "--send")))

    def killed(self, *words):
        """Runs it, and kills it after a moment; whether it had ended before."""
        process = subprocess.Popen([TGCALL, *words, *self.dc.server("me")], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   env=clean_environment())
        time.sleep(self.chance.uniform(0, 0.4))
        ended = process.poll() is not None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return ended

    def test_a_killed_download_goes_on(self):
        message, copy = self.send(), self.dc.path("copy")
        kept, before = 0, self.dc.calls("upload.getFile")
        for _ in range(12):
            if self.killed("download", message, copy, "--continue") or os.path.exists(copy):
                break  # the last moment is that between the name and the end of the process
            had = os.path.getsize(copy + ".part") if os.path.exists(copy + ".part") else 0
            # Nothing that was noted is fetched again; a kill between a part and the note of it costs that part.
            self.assertGreaterEqual(had, kept - PART)
            kept = had
            self.assertEqual(read(copy + ".part") if had else b"", self.content[:had])
        self.assertEqual(self.works("download", message, copy, "--continue"), {"bytes": SIZE})
        self.assertEqual(read(copy), self.content)
        self.assertLess(self.dc.calls("upload.getFile") - before, PARTS + 13 * 6)
        self.assertFalse(os.path.exists(copy + ".part") or os.path.exists(copy + ".part.state"))

    def test_what_was_changed_meanwhile_is_fetched_anew(self):
        message, copy = self.send(), self.dc.path("changed")
        while not os.path.exists(copy + ".part.state") and not os.path.exists(copy):
            self.killed("download", message, copy)
        if not os.path.exists(copy):
            with open(copy + ".part", "r+b") as file:
                file.write(b"not this")
        self.assertEqual(self.works("download", message, copy, "--continue"), {"bytes": SIZE})
        self.assertEqual(read(copy), self.content)

    def test_a_killed_upload_goes_on(self):
        before, kept = self.dc.calls("upload.saveBigFilePart"), 0
        for _ in range(12):
            kept += os.path.exists(self.file + ".upload")
            if self.killed("upload", self.file, "--continue"):
                before = self.dc.calls("upload.saveBigFilePart")
                break
        result = self.ends(OK, self.call("upload", self.file, "--continue", "--send"))
        self.assertLess(self.dc.calls("upload.saveBigFilePart") - before, PARTS + 13 * 6)
        self.assertFalse(os.path.exists(self.file + ".upload"))
        copy = self.dc.path("again")
        self.works("download", self.sent(result), copy)
        self.assertEqual(read(copy), self.content)

    def test_from_and_to_pipes(self):
        for content in self.content, self.content[:100], self.content[:1 << 20]:
            message = self.sent(self.ends(OK, self.call("upload", "-", "--send", "--name", "x", stdin=content)))
            result = self.ends(OK, self.call("download", message, "-"))
            self.assertEqual(result.bytes, content)

    def test_nothing_is_written_through_a_link(self):
        message, copy, precious = self.send(), self.dc.path("linked"), self.dc.path("precious")
        with open(precious, "w") as file:
            file.write("precious")
        for name in copy + ".part", copy + ".part.state":
            os.symlink(precious, name)
            result = self.call("download", message, copy)
            self.assertNotEqual(result.status, OK)
            self.assertIn("is a link", result.err)
            self.assertEqual(read(precious), b"precious")
            os.unlink(name)
        os.symlink(precious, copy)
        self.works("download", message, copy)
        self.assertEqual(read(precious), b"precious")
        self.assertEqual(read(copy), self.content)

    # proves TB-8
    def test_a_name_of_the_server_is_one_in_this_folder_and_harms_no_terminal(self):
        folder, here = self.dc.path("names"), os.getcwd()
        os.mkdir(folder)
        os.chdir(folder)
        self.addCleanup(os.chdir, here)
        for name, wanted in (("../../.profile", "_profile"), ("gpj\u202eexe.txt", "gpj_u202eexe.txt"),
                             ("a\u009b31m", "a_u009b31m"), ("-rf", "_rf"), ("C:\\evil.bat", "evil.bat"),
                             ("a\u2067b\u007f", "a_u2067b_u007f"), ("\u00e9t\u00e9.jpg", "\u00e9t\u00e9.jpg")):
            message = self.sent(self.ends(OK, self.call("upload", "-", "--send", "--name", name, stdin=b"content")))
            result = self.ends(OK, self.call("download", "me/" + message))
            self.assertEqual(os.listdir(folder), [wanted])
            self.assertFalse(set("\u009b\u202e\u2067\u007f") & set(result.out + result.err))
            os.unlink(wanted)

    def test_a_message_without_a_file_is_an_error_in_words(self):
        result = self.call("download", "99999", self.dc.path("nothing"))
        self.assertIn("no document", json.loads(result.out)["error"]["text"])


if __name__ == "__main__":
    unittest.main()
