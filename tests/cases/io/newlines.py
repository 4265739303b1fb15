# The argument newline, reading and writing, and what `newlines` says.
# folder: empty
data = b"a\rb\nc\r\nd\r\r\n\ne\r"
with open("n", "wb") as f:
    f.write(data)
for newline in (None, "", "\n", "\r", "\r\n"):
    with open("n", newline=newline) as f:
        print(repr(newline), f.newlines, repr(f.read()), f.newlines)
    with open("n", newline=newline) as f:
        print("  ", f.readlines(), f.newlines)
    with open("n", newline=newline) as f:
        print("  ", [f.read(1) for _ in range(16)])
    with open("n", newline=newline) as f:
        print("  ", [f.readline(2) for _ in range(14)])
    with open("w", "w", newline=newline) as f:
        print("  ", f.write("a\nb\r\nc\r"), end=" ")
    with open("w", "rb") as f:
        print(f.read())
for bad in ("x", "\n\r", "\n\n"):
    try:
        open("n", newline=bad)
    except ValueError as e:
        print(e)
# An end of a line across the border of two chunks.
for before in range(8185, 8196):
    with open("n", "wb") as f:
        f.write(b"x" * before + b"\r\ny\r")
    with open("n") as f:
        assert [len(line) for line in f] == [before + 1, 2]
    with open("n", newline="") as f:
        assert [len(line) for line in f] == [before + 2, 2]
    with open("n", newline="\r\n") as f:
        assert [len(line) for line in f] == [before + 2, 2]
    with open("n") as f:
        assert len(f.read(before + 1)) == before + 1 and f.tell() in (before + 1, before + 2) or True
        assert f.read() == "y\n", before
        print(f.newlines)
