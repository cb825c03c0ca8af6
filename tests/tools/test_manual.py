"""The manual pages: one for each program and each command, with the sections that one looks for, and no fault that mandoc finds."""
import glob
import os
import re
import shutil
import subprocess
import unittest

from rig import run

FOLDERS = {name: os.environ[name.upper() + "_MAN"] for name in ("tgcall", "tlgen", "tgdc")}
SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLES"]


def read(path):
    with open(path) as file:
        return file.read()


class Manual(unittest.TestCase):
    pages = [page for folder in FOLDERS.values() for page in sorted(glob.glob(folder + "/*.1"))]

    def test_there_is_one_for_each_command(self):
        for program, folder in FOLDERS.items():
            text = run("--help", program=os.environ[program.upper()]).out
            commands = re.findall(r"^  ([a-z-]+) ", text.split("commands:\n")[1].split("\n\n")[0], re.M) if "commands:" in text else []
            self.assertEqual(sorted(os.path.basename(page)[:-2] for page in glob.glob(folder + "/*.1")),
                             sorted([program] + [program + "-" + command for command in commands]))

    def test_the_programs_have_every_section(self):
        for program, folder in FOLDERS.items():
            have = re.findall(r"^\.SH (.*)", read("%s/%s.1" % (folder, program)), re.M)
            self.assertEqual([section for section in SECTIONS if section not in have], [], program)
        for page in self.pages:
            have = re.findall(r"^\.SH (.*)", read(page), re.M)
            wanted = [s for s in SECTIONS if s in ("NAME", "SYNOPSIS", "ENVIRONMENT", "FILES", "EXIT STATUS")]
            self.assertEqual([section for section in wanted if section not in have], [], page)

    def test_what_help_says_of_options_is_in_them(self):
        for program, folder in FOLDERS.items():
            for page in glob.glob(folder + "/*.1"):
                words = os.path.basename(page)[len(program) + 1:-2]
                shown = run(*([words] if words else []), "--help", program=os.environ[program.upper()]).out
                text = read(page).replace("\\-", "-")
                for option in re.findall(r"^  (--?[a-zA-Z0-9][a-z0-9-]*)", shown, re.M):
                    self.assertIn(".B " + option, text, page)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc_finds_nothing(self):
        for page in self.pages:
            done = subprocess.run(["mandoc", "-Tlint", "-Wwarning", page], capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stdout), (0, ""), page)

    @unittest.skipUnless(shutil.which("man") and shutil.which("groff"), "man is not installed")
    def test_man_shows_them(self):
        for page in self.pages:
            done = subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True, timeout=60,
                                  env=dict(os.environ, MANWIDTH="80", LC_ALL="C.UTF-8", MANPAGER="cat"))
            self.assertEqual((done.returncode, done.stderr), (0, ""), page)
            self.assertIn("EXIT STATUS", done.stdout)


if __name__ == "__main__":
    unittest.main()
