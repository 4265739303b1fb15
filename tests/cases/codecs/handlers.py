# Error handlers, those of programs included, and the registry of codecs.
# oracle: 3.14
import codecs

for encoding in ('ascii', 'latin-1', 'utf-8', 'utf-16-le', 'utf-32-be', 'cp1252', 'utf-7', 'unicode_escape', 'raw_unicode_escape'):
    for errors in ('strict', 'ignore', 'replace', 'xmlcharrefreplace', 'backslashreplace', 'namereplace', 'surrogateescape', 'surrogatepass', 'nosuch'):
        try:
            print(encoding, errors, 'a\xe9\u20ac\udc80\U0001f600z'.encode(encoding, errors))
        except Exception as error:
            print(encoding, errors, type(error).__name__, error)

for encoding, data in (
    ('ascii', b'a\xffb'), ('utf-8', b'a\xff\xe2\x82b\xed\xa0\x80\xf0\x9f'), ('utf-16-le', b'a\0\0\xd8b\0\0'), ('utf-32-le', b'a\0\0\0\0\xd8\0\0\1'),
    ('utf-7', b'a+AGE-+b!\xff+AG'), ('unicode_escape', rb'a\x4\u12g\N{x}\101\N{BULLET}' + b'\\'), ('raw_unicode_escape', rb'\u20ac\q\u12'), ('cp1252', b'a\x81'),
):
    for errors in ('strict', 'ignore', 'replace', 'backslashreplace', 'surrogateescape', 'surrogatepass', 'xmlcharrefreplace'):
        try:
            print(encoding, errors, ascii(data.decode(encoding, errors)))
        except Exception as error:
            print(encoding, errors, type(error).__name__, error)

seen = []


def handler(error):
    seen.append((type(error).__name__, error.encoding, error.start, error.end, error.reason))
    if isinstance(error, UnicodeDecodeError):
        return '<%r>' % error.object[error.start:error.end], error.end
    return ('[]', error.end) if error.start % 2 else (b'()', error.end)


codecs.register_error('test.mine', handler)
print('a\xe9b\u20acc'.encode('ascii', 'test.mine'), b'a\xffb\xfe'.decode('utf-8', 'test.mine'), seen)
for answer in (None, ('x',), ('x', 'y'), ('x', 99), (1, 2), ('\xe9', -1), (b'!', -1), ['x', 1]):
    codecs.register_error('test.mine', lambda error: answer)
    for convert in (lambda: 'a\xe9b'.encode('ascii', 'test.mine'), lambda: b'a\xffb'.decode('ascii', 'test.mine')):
        try:
            print(answer, convert())
        except Exception as error:
            print(answer, type(error).__name__, error)


def search(name):
    if name == 'my_codec':
        return codecs.CodecInfo(lambda text, errors='strict': (text[::-1].encode(), len(text)), lambda data, errors='strict': (bytes(data).decode()[::-1], len(data)), name='mine')
    if name == 'bad':
        return 1, 2
    if name == 'odd':
        return codecs.CodecInfo(lambda text, errors='strict': ('odd', 3), lambda data, errors='strict': 5, name='odd')


codecs.register(search)
print('abc'.encode('My-Codec'), b'abc'.decode('my codec'), codecs.lookup('MY_CODEC').name, bytes('ab', 'my-codec'), str(b'ab', 'my-codec'))
for name in ('bad', 'odd', 'no-such'):
    for convert in (lambda: 'a'.encode(name), lambda: b'a'.decode(name)):
        try:
            print(convert())
        except Exception as error:
            print(type(error).__name__, error)
codecs.unregister(search)
try:
    'abc'.encode('my-codec')
except LookupError as error:
    print(error)
