#!/usr/bin/env python3
"""`tlgen docs`: a page for everything, every link leads somewhere, what is others' text stays text, and the
examples compile.

usage: docs.py TLGEN SCHEMA-FOLDER CC INCLUDE..."""
import html.parser, os, shutil, subprocess, sys, tempfile, unittest, urllib.parse

TLGEN, SCHEMA, CC, INCLUDES = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
ODD = """---functions---
getThing#00000001 flags:# name:string id:flags.0?long what:Thing = Vector<Thing>;
---types---
thing#00000002 = Thing;
other#00000003 x:int = Thing;
"""


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.ids, self.stack, self.bad = [], set(), [], []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.links += [values[key] for key in ('href', 'src') if key in values]
        if 'id' in values:
            self.ids.add(values['id'])
        if tag not in ('meta', 'link', 'input', 'br'):
            self.stack.append(tag)

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.bad.append(tag)


def pages(folder):
    out = {}
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            with open(path, encoding='utf-8') as file:
                out[os.path.relpath(path, folder)] = file.read()
    return out


class Docs(unittest.TestCase):
    def make(self, *arguments):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        done = subprocess.run([TLGEN, 'docs', '--out', os.path.join(folder.name, 'site'), *arguments], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return pages(os.path.join(folder.name, 'site'))

    def telegram(self, *more):
        table = lambda name: os.path.join(SCHEMA, name)
        return self.make('--schema', table('api.tl'), '--errors', table('errors.tsv'), '--errors', table('errors-extra.tsv'),
                         '--methods', table('methods.tsv'), '--methods', table('methods-extra.tsv'), '--changes', table('changes.tsv'), *more)

    def check_links(self, site):
        parsed = {}
        for name, text in site.items():
            if name.endswith('.html'):
                parsed[name] = Links()
                parsed[name].feed(text)
                self.assertEqual((parsed[name].bad, parsed[name].stack), ([], []), name)
        for name, page in parsed.items():
            for link in page.links:
                if link.startswith('data:'):
                    continue
                path, _, fragment = link.partition('#')
                target = os.path.normpath(os.path.join(os.path.dirname(name), urllib.parse.unquote(path)))
                self.assertIn(target, site, '%s: %s' % (name, link))
                if fragment:
                    self.assertIn(fragment, parsed[target].ids, link)

    def test_telegrams_api(self):
        site = self.telegram()
        self.assertLess(sum(map(len, site.values())), 15e6)
        self.check_links(site)
        page = site['method/auth.signIn.html']
        for text in ('works before signing in', 'href="../type/auth.Authorization.html"', '400</td><td><a href="../errors.html#PHONE_CODE_INVALID"',
                     'tg_auth_signIn request_', 'tgcall invoke auth.signIn', 'since layer'):
            self.assertIn(text, page)
        self.assertIn('auth.signIn.html', site['type/auth.Authorization.html'])
        self.assertIn('for users, not for bots', site['method/messages.getDialogs.html'])
        self.assertIn('403</td><td><a href="../errors.html#CHAT_WRITE_FORBIDDEN"', site['method/messages.sendMessage.html'])
        self.assertIn('id="layer229"', site['changes.html'])

    def test_the_examples_compile(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, 'examples.c')
            self.telegram('--examples', path)
            done = subprocess.run([CC, '-std=c11', '-Wall', '-Werror', '-fsyntax-only', *('-I' + i for i in INCLUDES), path],
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr[:2000])
            with open(path) as file:
                self.assertGreater(file.read().count('mtp_call_sync'), 800)

    def test_any_schema_and_texts_as_text(self):
        with tempfile.TemporaryDirectory() as folder:
            schema, texts = os.path.join(folder, 'odd.tl'), os.path.join(folder, 'texts.tsv')
            with open(schema, 'w') as file:
                file.write(ODD)
            with open(texts, 'w') as file:
                file.write('# kind\tname\ttext\nmethod\tgetThing\t<script>alert(1)</script> & more\nfield\tgetThing.name\tA "name"\n')
            site = self.make('--schema', schema, '--texts', texts, '--title', 'Odd <things>', '--prefix', 'odd')
        self.check_links(site)
        page = site['method/getThing.html']
        self.assertIn('&lt;script&gt;alert(1)&lt;/script&gt; &amp; more', page)
        self.assertNotIn('<script>', page)
        self.assertIn('A &quot;name&quot;', page)
        self.assertIn('Odd &lt;things&gt;', page)
        self.assertIn('optional, flags.0', page)
        self.assertIn('getThing', site['type/Thing.html'])

    @unittest.skipUnless(shutil.which('chromium'), 'there is no chromium')
    def test_the_search_finds_from_files(self):
        """With what a browser makes of the page when somebody types; no error is logged."""
        with tempfile.TemporaryDirectory() as folder:
            site = os.path.join(folder, 'site')
            subprocess.run([TLGEN, 'docs', '--schema', os.path.join(SCHEMA, 'api.tl'), '--errors', os.path.join(SCHEMA, 'errors.tsv'),
                            '--out', site], check=True)
            with open(os.path.join(site, 'index.html'), encoding='utf-8') as file:
                page = file.read()
            typed = """<script>var i=document.querySelector('#search input');i.value='SIGNIN';i.dispatchEvent(new Event('input'));
                i.dispatchEvent(new KeyboardEvent('keydown',{key:'ArrowDown'}));</script></body>"""
            with open(os.path.join(site, 'typed.html'), 'w', encoding='utf-8') as file:
                file.write(page.replace('</body>', typed))
            done = subprocess.run(['chromium', '--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking',
                                   '--disable-component-update', '--no-first-run', '--enable-logging=stderr', '--window-size=360,700',
                                   '--user-data-dir=' + os.path.join(folder, 'profile'), '--dump-dom', 'file://' + os.path.join(site, 'typed.html')],
                                  capture_output=True, text=True, timeout=120)
            self.assertNotIn('CONSOLE', done.stderr)
            found = done.stdout.split('id="found"')[1].split('</ul>')[0]
            self.assertIn('"method/auth.signIn.html">auth.signIn <span class="dim">method</span>', found.split('</li>')[0])
            self.assertIn('class="on"', found.split('</li>')[1])

    def test_what_is_wrong_is_told(self):
        for arguments, status in (((), 2), (('--schema', 'absent.tl', '--out', 'x'), 1), (('--colour', 'x'), 2)):
            self.assertEqual(subprocess.run([TLGEN, 'docs', *arguments], capture_output=True).returncode, status)


unittest.main(argv=sys.argv[:1])
