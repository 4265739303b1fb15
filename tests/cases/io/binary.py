# Binary files: reading, writing, positions, with and without a buffer.
# folder: empty
with open("b", "wb") as f:
    print(repr(f), f.mode, f.name)
    print(f.write(b"hello "), f.write(bytearray(b"world\n")), f.write(memoryview(b"second\n")), f.tell())
    f.writelines([b"third\n", b"end"])
with open("b", "rb") as f:
    print(repr(f), f.mode, f.raw.mode, repr(f.raw).split(" mode")[1])
    print(f.read(3), f.peek(1)[:4], f.read1(3), f.readline(), f.readline(2), f.tell())
    print(f.readlines(), f.read(), f.read1(), f.readline())
    print(f.seek(-3, 2), f.read(), f.seek(2), f.seek(2, 1), f.read(2))
    room = bytearray(5)
    f.seek(0)
    print(f.readinto(room), room, f.readinto(memoryview(room)[1:3]), room)
    f.seek(0)
    print(list(f))
    f.seek(20)
    print(f.readinto(room), f.readinto(room), f.readinto(bytearray()))
with open("b", "r+b") as f:
    print(repr(f), f.mode)
    print(f.read(5), f.write(b"_"), f.read(3), f.tell())
    f.seek(0)
    print(f.readline(), f.tell(), f.truncate(), f.read(), f.seek(0), f.read())
    print(f.truncate(20), f.seek(0), f.read())
with open("b", "ab+") as f:
    print(f.mode, f.tell(), f.write(b"more"), f.tell(), f.seek(0), f.read(4))
with open("b", "wb", buffering=0) as f:
    print(type(f).__name__, f.mode, f.closefd, f.write(b"raw bytes"), f.tell(), f.seek(0, 1), f.seekable())
with open("b", "rb", 0) as f:
    print(f.read(3), f.readall(), f.read(), f.read(1), f.readinto(room), f.tell())
with open("b", "r+b", 0) as f:
    print(f.mode, f.truncate(4), f.read(), f.readable(), f.writable())
big = bytes(range(256)) * 2000
with open("b", "wb") as f:
    for start in range(0, len(big), 1000):
        f.write(big[start:start + 1000])
    f.write(big)
with open("b", "rb") as f:
    assert f.read() == big + big
    f.seek(len(big) - 3)
    assert f.read(6) == big[-3:] + big[:3]
    assert f.read(300_000) == big[3:300_003]
    assert sum(len(line) for line in f) == len(big) - 300_003
with open("b", "rb", buffering=10) as f:
    print(f.read(25) == big[:25], f.peek(3), f.tell(), f.read(4), f.tell(), f.read1(100))
with open("b", "wb", buffering=4) as f:
    f.write(b"ab")
    with open("b", "rb") as g:
        print(g.read())
    f.write(b"cdef")
    f.flush()
    with open("b", "rb") as g:
        print(g.read())
f = open("b", "rb")
raw = f.detach()
print(raw.readall())
raw.close()
