# Decoding part by part.
import codecs
import io

TEXT = 'a\xe9\u20ac\U0001f600\n+z'
for encoding in ('utf-8', 'utf-8-sig', 'utf-16', 'utf-16-be', 'utf-32', 'utf-7', 'latin-1', 'unicode_escape', 'raw_unicode_escape'):
    try:
        data = TEXT.encode(encoding)
    except UnicodeEncodeError as error:
        print(error)
        continue
    decoder = codecs.getincrementaldecoder(encoding)()
    parts = [decoder.decode(data[i:i + 1]) for i in range(len(data))] + [decoder.decode(b'', True)]
    print(encoding, data, ascii(parts), ''.join(parts) == TEXT)
    encoder = codecs.getincrementalencoder(encoding)()
    print(b''.join([encoder.encode(c) for c in TEXT]) == data, codecs.decode(codecs.encode(TEXT, encoding), encoding) == TEXT)
    print(codecs.getreader(encoding)(io.BytesIO(data)).readlines() == TEXT.splitlines(True))

for function, data in ((codecs.utf_8_decode, b'a\xe2\x82'), (codecs.utf_16_ex_decode, b'\xfe\xff\0a\0'), (codecs.utf_32_decode, b'\xff\xfe\0\0a\0\0'), (codecs.utf_7_decode, b'a+AG')):
    print(function.__name__, function(data), function(data, 'replace', *[0] * (function is codecs.utf_16_ex_decode), True))
print(codecs.escape_decode(rb'a\n\x41\101\\'), codecs.escape_encode(b"a\n'\\\xff"), codecs.charmap_encode('ab', 'strict', {97: 1, 98: b'xyz'}))
print(codecs.charmap_decode(b'\0\1', 'replace', 'a\ufffe'), codecs.charmap_decode(b'\0\1', 'strict', {0: 'xy', 1: 0x20ac}), codecs.readbuffer_encode('\xe9'))
