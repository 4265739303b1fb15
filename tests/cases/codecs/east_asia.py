# Codecs of East Asia: every character that two bytes can be, and back; errors; part by part; files.
# folder: empty
# stress: 5000
import codecs
import io
import zlib


def table(name):
    found = {}
    for first in range(0x80, 0x100):
        for data in [bytes([first])] + [bytes([first, second]) for second in range(0x100)]:
            try:
                text = data.decode(name)
            except UnicodeDecodeError:
                continue
            if len(text) == 1:
                found[data] = text
    return found


for name in 'gbk', 'gb2312', 'cp949', 'cp932', 'shift_jis':
    known = table(name)
    text = repr(sorted(known.items())).encode('ascii', 'backslashreplace')
    back = []
    for character in map(chr, range(0x10000)):
        try:
            back.append((character, character.encode(name)))
        except UnicodeEncodeError:
            pass
    print(name, len(known), zlib.crc32(text), len(back), zlib.crc32(ascii(back).encode()))


def attempt(function, *args, **named):
    try:
        print(ascii(function(*args, **named)))
    except Exception as error:
        print(type(error).__name__, ascii(str(error)))


for data in b'\xff\xff', b'\x81', b'\x81\x20', b'\x80\x41', b'a\xa2\xe3b', b'\xc4\xe3\xba\xc3 gbk', b'\xc4\xe3\xba':
    for errors in 'strict', 'replace', 'ignore', 'backslashreplace', 'surrogateescape':
        attempt(data.decode, 'gbk', errors)
for text in '\u4f60\u597d', 'a\u20acb', '\ud800', '\U0001f600!':
    for errors in 'strict', 'replace', 'ignore', 'xmlcharrefreplace', 'backslashreplace', 'namereplace':
        attempt(text.encode, 'gbk', errors)
codecs.register_error('twice', lambda error: ('??', error.end))
attempt('a\u20acb'.encode, 'gbk', 'twice')
attempt(b'a\xffb'.decode, 'gbk', 'twice')
codecs.register_error('bytes', lambda error: (b'\x01', error.end))
attempt('a\u20acb'.encode, 'gbk', 'bytes')


def kind(function, *args):
    try:
        print(ascii(function(*args)))
    except Exception as error:
        print(type(error).__name__)


codecs.register_error('far', lambda error: ('', 99))
kind('a\u20acb'.encode, 'gbk', 'far')
kind(b'a\xffb'.decode, 'gbk', 'far')
codecs.register_error('wrong', lambda error: 1)
kind('a\u20acb'.encode, 'gbk', 'wrong')
kind(b'a\xffb'.decode, 'gbk', 'wrong')

data = '\u4f60\u597d, \u4e16\u754c'.encode('gbk')
decoder = codecs.getincrementaldecoder('gbk')()
print([ascii(decoder.decode(data[at:at + 1])) for at in range(len(data))], decoder.getstate())
print(ascii(decoder.decode(data[:3])), decoder.getstate())
attempt(decoder.decode, b'', True)
decoder.reset()
encoder = codecs.getincrementalencoder('gbk')('replace')
print(encoder.encode('\u4f60'), encoder.encode('\u20ac', True))
print(codecs.lookup('gbk').name, codecs.lookup('936').name, codecs.lookup('ms949').name)
print([ascii(part) for part in codecs.iterdecode([data[:1], data[1:4], data[4:]], 'gbk')])

with open('file', 'w', encoding='gbk') as file:
    print(file.write('\u4f60\u597d\n\u4e16\u754c\n'))
with open('file', 'rb') as file:
    print(file.read())
with open('file', encoding='gbk') as file:
    print([ascii(line) for line in file])
with open('file', 'rb') as file:
    reader = codecs.getreader('gbk')(file)
    print(ascii(reader.readline()), ascii(reader.read()))
writer = codecs.getwriter('cp932')(io.BytesIO())
writer.writelines(['\u65e5', '\u672c'])
print(writer.stream.getvalue())
print(codecs.lookup('gbk').encode('\u4f60'), ascii(codecs.lookup('gbk').decode(b'\xc4\xe3')))
