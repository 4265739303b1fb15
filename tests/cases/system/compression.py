# zlib and binascii: formats, pieces, dictionaries, copies, damage; texts of bytes
import binascii
import zlib

data = b'the quick brown fox ' * 200 + bytes(range(256))
for bits in [15, 9, -15, -9, 31, 25]:
    packed = zlib.compress(data, 6, bits)
    print(bits, zlib.decompress(packed, bits) == data, zlib.decompress(packed, bits, 1) == data)
print(zlib.decompress(zlib.compress(data), 47) == data, zlib.decompress(zlib.compress(b'')) == b'')

packer = zlib.compressobj(9, zlib.DEFLATED, 15, 9, zlib.Z_FILTERED, b'quick brown fox')
packed = packer.compress(data[:1000]) + packer.flush(zlib.Z_SYNC_FLUSH)
other = packer.copy()
packed, twin = packed + packer.compress(data[1000:]) + packer.flush(), packed + other.compress(data[1000:]) + other.flush()
print(packed == twin, packer.flush(zlib.Z_NO_FLUSH))
unpacker = zlib.decompressobj(zdict=b'quick brown fox')
got = unpacker.decompress(packed + b'behind', 100)
print(got == data[:100], len(unpacker.unconsumed_tail) > 0, unpacker.eof)
copy = unpacker.copy()
got += unpacker.decompress(unpacker.unconsumed_tail)
print(got == data, unpacker.eof, unpacker.unused_data, unpacker.flush(), len(copy.flush()) > 0)

for damaged in [b'', b'x', b'garbage garbage', zlib.compress(data)[:-4], zlib.compress(data)[:-1] + b'?']:
    try:
        print(zlib.decompress(damaged) == data)
    except zlib.error as error:
        print(error)
for call in [lambda: zlib.compress(data, 99), lambda: zlib.compressobj(1, 2), lambda: zlib.decompressobj(99),
             lambda: zlib.decompress(packed, bufsize=-1), lambda: packer.compress(b''), lambda: zlib.decompressobj().flush(0)]:
    try:
        call()
    except (zlib.error, ValueError) as error:
        print(type(error).__name__, error)
print(zlib.crc32(data), zlib.adler32(data), zlib.crc32(data[5:], zlib.crc32(data[:5])) == zlib.crc32(data), binascii.crc32(b'x'), binascii.crc_hqx(b'xyz', 7))

for text in [b'', b'a', b'ab', b'abc', b'\0\xff' * 20]:
    line = binascii.b2a_base64(text)
    print(line, binascii.a2b_base64(line) == text, binascii.a2b_uu(binascii.b2a_uu(text)) == text, binascii.a2b_hex(binascii.b2a_hex(text)) == text)
print(binascii.hexlify(b'abcdef', '-', 4), binascii.b2a_uu(b'\0', backtick=True), binascii.a2b_base64('YW Jj\n!=='))
print(binascii.b2a_qp(b'caf\xc3\xa9 = \t\r\n.\n' + b'x' * 100), binascii.a2b_qp('a=3Db=\n c_d', header=True))
for call in [lambda: binascii.a2b_base64(b'abc'), lambda: binascii.a2b_base64(b'a'), lambda: binascii.unhexlify('1'), lambda: binascii.unhexlify('xy'),
             lambda: binascii.a2b_base64('é'), lambda: binascii.a2b_base64(5), lambda: binascii.b2a_uu(bytes(46)), lambda: binascii.a2b_uu(b'#\x7f\x7f\x7f\x7f'),
             lambda: binascii.a2b_base64(b'ab=c', strict_mode=True), lambda: binascii.a2b_base64(b'=ab', strict_mode=True)]:
    try:
        print(call())
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
