# bytearray: the mutable sequence of bytes.
a = bytearray(b"hello")
a[0] = 72
a[1:3] = b"EEE"
a.append(33)
a.extend(b"xyz")
a += b"++"
print(a, len(a), a[0], a[-2:], a.pop(), a.pop(0), a)
a.insert(0, 65); a.remove(69); del a[1:3]; a.reverse()
print(a, bytes(a), a == bytes(a), a.decode(), a.find(b"l"), a.upper(), a * 2)
del a[:]
print(a, bool(a), bytearray(3), bytearray([1, 2]), bytearray("é", "utf-8"), bytearray(b"a,b").split(b","))
a.extend([1, 2, 3]); a[::2] = b"\x09\x08"
print(list(a), a.copy() is a, a.copy() == a, a.hex(), 9 in a, a.index(2), a.count(8))
a.clear()
print(a, repr(bytearray(b"q'\"")), bytearray(b"a") + b"b", b"a" + bytearray(b"b"), bytearray(b"%d") % 5)
for call in (lambda: bytearray([300]), lambda: bytearray().pop(), lambda: bytearray(b"a").remove(98), lambda: bytearray(b"a").append("x"), lambda: hash(bytearray()), lambda: bytearray(b"a")[5], lambda: bytearray(b"a").append(256), lambda: bytearray("x")):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
b = bytearray(range(5))
for i in range(len(b)):
    b[i] *= 2
print(list(b), b[1:3], type(b[1:3]).__name__, b.translate(None, b"\x04"), sorted(b, reverse=True))
