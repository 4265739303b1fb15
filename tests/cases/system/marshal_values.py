# marshal: every type, references and recursion, limits of depth, damaged bytes
import marshal

values = [
    None, True, False, ..., StopIteration, 0, 1, -1, 2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**62, 10**40, -10**40,
    0.0, -1.5, float('inf'), 1e300, 2.5 - 1j, '', 'text', 'tëxt', 'a' * 300, '\ud800', '\U0001f40d', b'', b'bytes', b'\xff' * 300,
    (), (1, 2), tuple(range(300)), [], [1, [2, [3]]], {}, {'a': 1, 2: (3,)}, set(), {1, 2, 3}, frozenset(), frozenset('abc'),
]
for value in values:
    for version in range(5):
        data = marshal.dumps(value, version)
        back = marshal.loads(data)
        if back != value or type(back) is not type(value):
            print('differs', version, ascii(value), ascii(back))
print(len(values))

# Bytes-like objects become bytes; subclasses and other objects are refused.
print(marshal.loads(marshal.dumps(bytearray(b'xy'))), marshal.loads(marshal.dumps(memoryview(b'xyz')[1:])))


class Sub(list):
    pass


for value in [Sub(), object(), len, [1, [object()]]]:
    try:
        marshal.dumps(value)
    except ValueError as error:
        print(type(error).__name__, error)

# One object stays one object, and may be inside itself.
shared = ['shared']
back = marshal.loads(marshal.dumps((shared, shared)))
print(back[0] is back[1], marshal.loads(marshal.dumps((shared, shared), 2))[0] is shared)
ring = []
ring.append((ring, {'ring': ring}))
back = marshal.loads(marshal.dumps(ring))
print(back[0][0] is back, back[0][1]['ring'] is back)


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


back, depth = marshal.loads(marshal.dumps(nested(1500))), 0
while back:
    back, depth = back[0], depth + 1
print(depth)
try:
    marshal.dumps(nested(3000))
except ValueError as error:
    print(error)
try:
    marshal.loads(b'[\x01\x00\x00\x00' * 3000 + b'N')
except ValueError as error:
    print(error)

for data in [b'', b'i\x01', b'?', b'r\x05\x00\x00\x00', b'(\xff\xff\xff\xff', b')\x02N', b'{N', b's\x05\x00\x00\x00ab',
             b'l\x01\x00\x00\x00\x00\x00', b'l\x01\x00\x00\x00\xff\xff', b'0', b'(\x01\x00\x00\x000']:
    try:
        print(marshal.loads(data))
    except (EOFError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
