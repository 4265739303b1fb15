# The character database: properties, names, normal forms, the old version.
# oracle: 3.14
# stress: 1000
import unicodedata as u

for c in 'a1\xbd\u0660\u4e00\uac00\u0301\u05d0(\u1d15e\u2126\ufb01\u0378\ue000\U0001f600\U0001e900\U00011f00\u1e9e':
    print(ascii(c), u.category(c), u.bidirectional(c), u.combining(c), u.east_asian_width(c), u.mirrored(c), u.decomposition(c),
          u.decimal(c, None), u.digit(c, None), u.numeric(c, None), u.name(c, None))
    o = u.ucd_3_2_0
    print('   ', o.category(c), o.bidirectional(c), o.combining(c), o.east_asian_width(c), o.mirrored(c), o.decomposition(c), o.numeric(c, None), o.name(c, None))

for text in ('\xe9\u0323', 'e\u0301\u0323', '\u1e9b\u0323', '\uac01\u11a8', '\u1100\u1161\u11a8', '\ufb01\xbd', 'a\u0315\u0300\u05ae\u0301b', '\u212b'):
    print([ascii(u.normalize(form, text)) for form in ('NFC', 'NFD', 'NFKC', 'NFKD')], [u.is_normalized(form, text) for form in ('NFC', 'NFKD')])

print(sum(len(u.name(chr(c), '')) for c in range(0, 0x30000, 7)), sum(u.combining(chr(c)) for c in range(0, 0x30000, 7)))
print(sum(len(u.normalize(form, chr(c))) * c for c in range(0, 0x30000, 7) for form in ('NFC', 'NFD', 'NFKC', 'NFKD')))
for name in ('BULLET', 'bullet', 'BEL', 'LATIN SMALL LETTER A WITH MACRON AND GRAVE', 'HANGUL SYLLABLE GA', 'CJK UNIFIED IDEOGRAPH-4E00', 'nothing', 'x' * 300):
    try:
        print(ascii(u.lookup(name)))
    except KeyError as error:
        print(error)
for call in (lambda: u.category('ab'), lambda: u.category(1), lambda: u.name('\0'), lambda: u.digit('a'), lambda: u.normalize('X', ''), u.UCD):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
print(u.unidata_version, u.ucd_3_2_0.unidata_version)
