#!/usr/bin/env python3
"""`tlgen convert` on packages of each kind, made here: what comes out, and what is refused.

usage: convert.py TLGEN SCHEMA-FOLDER"""
import binascii, json, os, re, subprocess, sys, tempfile, unittest

TLGEN, SCHEMA = sys.argv[1], sys.argv[2]

TEXT = """inputUser#f21158c6 user_id:long access_hash:long = InputUser;
account.password#957b50fb flags:# has_recovery:flags.0?true has_secure_values:flags.1?true has_password:flags.2?true current_algo:flags.2?PasswordKdfAlgo srp_B:flags.2?bytes srp_id:flags.2?long hint:flags.3?string email_unconfirmed_pattern:flags.4?string new_algo:PasswordKdfAlgo new_secure_algo:SecurePasswordKdfAlgo secure_random:bytes pending_reset_date:flags.5?int login_email_pattern:flags.6?string = account.Password;
passwordKdfAlgoUnknown#d45ab096 = PasswordKdfAlgo;
securePasswordKdfAlgoUnknown#004a8537 = SecurePasswordKdfAlgo;
"""
FUNCTIONS = """invokeWithLayer#da9b0d0d {X:Type} layer:int query:!X = X;
auth.importBotAuthorization#0bd8daef flags:int api_id:int api_hash:string bot_auth_token:string = InputUser;
account.getPassword#548a30f5 = account.Password;
"""


def crc(line):
    line = re.sub(r' \w+:\w+\.\d+\?true', '', re.sub(r'#[0-9a-f]+', '', line, count=1).rstrip(';'))
    line = line.replace(':bytes ', ':string ').replace('?bytes ', '?string ')
    return binascii.crc32(line.replace('<', ' ').replace('>', '').replace('{', '').replace('}', '').encode())


def declare(line):
    """A declaration with the id that it hashes to."""
    name, rest = line.split(' ', 1)
    return '%s#%08x %s' % (name, crc(line), rest)


SETTINGS = declare('codeSettings flags:# allow_flashcall:flags.0?true logout_tokens:flags.6?Vector<bytes> token:flags.8?string = CodeSettings;')
BOT = declare('auth.importBotAuthorization flags:int api_id:int api_hash:string bot_auth_token:string = InputUser;')
TEXT += SETTINGS + '\n'
FUNCTIONS = re.sub('auth.importBot.*', BOT, FUNCTIONS)


def camel(name):
    return re.sub(r'_([a-z])', lambda m: m[1].upper(), name)


def definition(line, function):
    """A declaration as teleproto has it."""
    head, result = line.rstrip(';').split(' = ')
    words = head.split(' ')
    name, id_ = words[0].split('#')
    space, _, last = name.rpartition('.')
    arguments = {}
    for word in words[1:]:
        if word.startswith('{'):
            continue
        field, type_ = word.split(':')
        flag = re.match(r'(\w+)\.(\d+)\?(.*)', type_)
        plain = flag[3] if flag else type_
        vector = re.match(r'Vector<(.*)>', plain)
        arguments[camel(field)] = {
            'isVector': bool(vector), 'isFlag': bool(flag), 'flagName': flag[1] if flag else None,
            'flagIndex': int(flag[2]) if flag else -1, 'flagIndicator': type_ == '#',
            'type': None if type_ == '#' else (vector[1] if vector else plain).lstrip('!'),
            'useVectorId': True if vector else None}
    entry = {'name': last[0].upper() + last[1:], 'constructorId': int(id_, 16), 'argsConfig': arguments,
             'subclassOfId': 0, 'result': result, 'isFunction': function}
    if space:
        entry['namespace'] = space
    return entry


class Convert(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.out = self.path('out')
        os.mkdir(self.out)

    def tearDown(self):
        self.folder.cleanup()

    def path(self, *parts):
        return os.path.join(self.folder.name, *parts)

    def write(self, path, text):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w') as file:
            file.write(text)

    def manifest(self, folder, name, version):
        self.write(self.path(folder, 'package.json'), json.dumps({'name': name, 'version': version}))
        return self.path(folder)

    def gramjs(self, folder, text=TEXT, functions=FUNCTIONS, layer=198, version='2.26.22'):
        self.write(self.path(folder, 'tl/apiTl.js'), '"use strict";\nmodule.exports = `%s---functions---\n%s`;\n' % (text, functions))
        self.write(self.path(folder, 'tl/AllTLObjects.js'), 'exports.LAYER = void 0;\nexports.LAYER = %d;\n' % layer)
        return self.manifest(folder, 'telegram', version)

    def teleproto(self, folder, text=TEXT, functions=FUNCTIONS, layer=229, extra=()):
        entries = [definition(line, False) for line in text.splitlines()]
        entries += [definition(line, True) for line in functions.splitlines()]
        self.write(self.path(folder, 'tl/generated/api-definitions.js'), '"use strict";\nmodule.exports = %s;\n' % json.dumps(entries + list(extra)))
        self.write(self.path(folder, 'tl/runtime/registry.js'), 'exports.LAYER = %d;\n' % layer)
        return self.manifest(folder, 'teleproto', '1.%d.0' % layer)

    def mtcute(self, folder, layer=228, bots='both', send='both'):
        def method(name, available, throws=()):
            line = declare('%s = True' % name)
            return {'kind': 'method', 'name': name, 'type': 'true', 'id': int(line.split('#')[1].split(' ')[0], 16),
                    'arguments': [], 'available': available, 'throws': [{'name': n, 'code': c} for c, n in throws]}
        entries = [method('auth.importBotAuthorization', bots), method('auth.sendCode', 'user'),
                   method('messages.sendMessage', send, [(403, 'CHAT_WRITE_FORBIDDEN')]), method('messages.setInlineBotResults', 'bot'),
                   method('auth.signIn', 'user', [(400, 'PHONE_CODE_INVALID')])]
        self.write(self.path(folder, 'tl/api-schema.json'), json.dumps({'l': layer, 'e': entries}))
        self.write(self.path(folder, 'tl/mtp-schema.json'), '[]')
        self.write(self.path(folder, 'tl/raw-errors.json'), json.dumps({'errors': {'a': {'code': 400, 'name': 'CHAT_WRITE_FORBIDDEN'}}}))
        return self.manifest(folder, '@mtcute/core', '0.31.%d' % layer)

    def convert(self, *packages, facts=(), status=0, more=()):
        command = [TLGEN, 'convert', '--mtproto', os.path.join(SCHEMA, 'mtproto.tl'), '--out', self.out, *more]
        for package in packages:
            command += ['--package', package]
        for package in facts:
            command += ['--facts', package]
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def made(self, name='api.tl'):
        with open(os.path.join(self.out, name)) as file:
            return file.read()

    def test_text_of_gramjs_is_taken_as_it_is(self):
        self.convert(self.gramjs('g'), facts=[self.mtcute('m')])
        for line in (TEXT + FUNCTIONS).splitlines():
            self.assertIn(line + '\n', self.made())
        self.assertIn('// LAYER 198\n', self.made())
        self.assertIn('// source: npm telegram 2.26.22, apiTl.js\n', self.made())

    def test_names_in_camel_case_become_those_that_the_ids_prove(self):
        self.convert(self.teleproto('t'), facts=[self.mtcute('m')])
        made = self.made()
        self.assertIn('// LAYER 229\n', made)
        for line in (TEXT + FUNCTIONS).splitlines():
            self.assertIn(line + '\n', made)

    def test_a_field_that_was_written_in_camel_case_stays(self):
        line = declare('odd userId:long msg_id:int iso2:string iso_3:string = Odd;')
        self.convert(self.teleproto('t', text=TEXT + line + '\n'), facts=[self.mtcute('m')])
        self.assertIn(line + '\n', self.made())

    def test_what_no_spelling_proves_is_refused(self):
        wrong = 'odd#00000001 user_id:long = Odd;\n'
        said = self.convert(self.teleproto('t', text=TEXT + wrong), facts=[self.mtcute('m')], status=1)
        self.assertIn('Odd: no spelling of its fields has the id 00000001', said)
        self.assertEqual(os.listdir(self.out), [])

    def test_service_messages_and_hellos_are_not_the_api(self):
        extra = [definition('msgs_ack#62d6b459 msg_ids:Vector<long> = MsgsAck;', False),
                 definition('tlsBlockString#11111111 data:string = TlsBlock;', False)]
        self.convert(self.teleproto('t', extra=extra), facts=[self.mtcute('m')])
        self.assertNotIn('sgsAck', self.made())
        self.assertNotIn('tlsBlock', self.made())

    def test_the_newest_layer_is_taken(self):
        self.convert(self.gramjs('g'), self.teleproto('t', layer=229), self.mtcute('m'))
        self.assertIn('// LAYER 229\n', self.made())
        self.assertNotIn('source: npm telegram', self.made())

    def test_sources_of_one_layer_are_united_and_compared(self):
        one, two = declare('onlyHere = Odd;'), declare('onlyThere x:int = Odd;')
        said = self.convert(self.teleproto('t', text=TEXT + one + '\n', layer=214),
                            self.gramjs('g', text=TEXT + two + '\n', layer=214), facts=[self.mtcute('m')])
        self.assertIn('layer 214: teleproto 1.214.0 and telegram 2.26.22 differ', said)
        self.assertIn('only in teleproto: onlyHere', said)
        self.assertIn('only in telegram: onlyThere', said)
        made = self.made()
        self.assertIn(one, made)
        self.assertIn(two, made)
        self.assertEqual(made.count('inputUser#'), 1)
        self.assertEqual(made.count('// source-sha256: '), 2)

    def test_fields_that_no_id_covers_come_from_the_fullest(self):
        less = SETTINGS.replace(' allow_flashcall:flags.0?true', '')
        said = self.convert(self.gramjs('g', text='\n'.join([less] + TEXT.splitlines()[:1]) + '\n', functions='', layer=214),
                            self.teleproto('t', layer=214), facts=[self.mtcute('m')])
        self.assertIn('with other fields under the same id (the fullest is taken): codeSettings', said)
        self.assertIn('allow_flashcall:flags.0?true', self.made())

    def test_two_ids_of_one_name_are_refused(self):
        said = self.convert(self.gramjs('a', text=TEXT + declare('odd x:int = Odd;') + '\n'),
                            self.gramjs('b', text=TEXT + declare('odd y:int = Odd;') + '\n'), facts=[self.mtcute('m')], status=1)
        self.assertRegex(said, r'odd is [0-9a-f]{8} in telegram 2.26.22 and [0-9a-f]{8} in telegram')

    def test_facts_that_contradict_themselves_are_not_taken(self):
        bad = self.mtcute('bad', layer=227, bots='user', send='user')
        said = self.convert(self.teleproto('t', layer=226), facts=[bad], status=1)
        self.assertIn('auth.importBotAuthorization is said to be for users only, and bots sign in by it', said)
        said = self.convert(self.teleproto('t', layer=226), facts=[bad, self.mtcute('good', layer=231)])
        self.assertIn('facts: @mtcute/core 0.31.231 (layer 231)', said)
        self.assertIn('auth.importBotAuthorization\tboth\n', self.made('methods.tsv'))
        self.assertIn('account.getPassword\t-\n', self.made('methods.tsv'))

    def test_what_a_script_would_do_is_not_done(self):
        folder = self.gramjs('g')
        with open(os.path.join(folder, 'tl/apiTl.js'), 'a') as file:
            file.write('`${require("fs").writeFileSync("%s", "x")}`' % self.path('ran'))
        self.assertIn('not a plain text', self.convert(folder, facts=[self.mtcute('m')], status=1))
        self.assertFalse(os.path.exists(self.path('ran')))

    def test_a_folder_that_is_no_package_is_refused(self):
        os.mkdir(self.path('none'))
        self.convert(self.path('none'), status=1)
        self.write(self.path('none', 'package.json'), '{"name": "x", "version": "1"}')
        self.assertIn('no package that tlgen can read', self.convert(self.path('none'), status=1))

unittest.main(argv=sys.argv[:1])
