# Text files: modes, lines, positions, attributes.
# folder: empty
with open("a.txt", "w") as f:
    print(f.name, f.mode, f.encoding, f.errors, f.line_buffering, f.newlines, f.closed)
    print(f.write("one\ntwo\nthrée\n"), f.write(""), f.tell())
    print("four", 4, file=f)
    f.writelines(["five\n", "six"])
    print(f.readable(), f.writable(), f.seekable(), f.isatty())
print(f.closed)
print(repr(f))
f.close()
with open("a.txt") as f:
    print(repr(f), f.fileno() > 2)
    print(f.read(5), f.tell())
    print(repr(f.readline()), repr(f.readline(3)), repr(f.readline()))
    print(f.readlines())
    print(repr(f.read()), repr(f.readline()), f.readlines())
    print(f.seek(0), f.read(3))
    print(f.seek(0, 2), repr(f.read()))
    f.seek(4)
    print([line for line in f])
    f.seek(0)
    print(next(f), end="")
    print(f.readlines(5))
with open("a.txt", "a") as f:
    print(f.tell() > 0, f.write("\nseven\n"))
with open("a.txt", "r+") as f:
    print(f.read().count("\n"), f.mode, f.newlines)
    f.write("end\n")
    f.seek(0)
    f.write("ONE")
    f.seek(0)
    print(f.read().split())
    f.seek(3)
    print(f.truncate(), f.tell())
with open("a.txt", "w+") as f:
    print(repr(f.read()), f.write("x" * 10), f.seek(0), f.read(4), f.tell(), f.truncate(6))
    f.seek(0)
    print(f.read())
with open("b.txt", "x") as f:
    f.write("new")
try:
    open("b.txt", "x")
except FileExistsError as e:
    print(e, e.errno, e.strerror, e.filename)
big = "".join(f"line {n} é\n" for n in range(5000))
with open("c.txt", "w") as f:
    for part in range(0, len(big), 777):
        f.write(big[part:part + 777])
with open("c.txt") as f:
    assert f.read() == big
    f.seek(0)
    assert "".join(f) == big
    f.seek(0)
    places = {}
    n = 0
    while True:
        place = f.tell()
        line = f.readline()
        if not line:
            break
        if n % 997 == 0:
            places[n] = place
        n += 1
    for n, place in reversed(places.items()):
        f.seek(place)
        assert f.readline() == f"line {n} é\n", (n, place)
    f.seek(0)
    pieces = []
    while piece := f.read(1000):
        assert len(piece) == 1000 or f.read(1) == ""
        pieces.append(piece)
    assert "".join(pieces) == big
    print(list(places.values()))
