# io: streams in memory, and positions far beyond their ends.
import io


def attempt(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


s = io.StringIO("ab\ncd\r\nef")
print(s.readline(), s.read(2), s.tell(), list(s), s.read(), s.seek(0), s.readlines(), s.getvalue())
s = io.StringIO()
print(s.write("hello"), s.seek(2), s.write("XY"), s.getvalue(), s.truncate(3), s.getvalue(), s.tell(), s.seek(6), s.write("z"), repr(s.getvalue()))
with io.StringIO("x\ny") as f:
    for line in f:
        print(repr(line))
attempt(lambda: f.getvalue())
attempt(lambda: f.closed)
attempt(lambda: io.StringIO(5))
attempt(lambda: io.StringIO().write(5))
attempt(lambda: io.StringIO("a\r\nb\rc\n", newline=None).read())
attempt(lambda: io.StringIO("abc").seek(-1))
attempt(lambda: io.StringIO("abc").seek(1, 1))
attempt(lambda: io.StringIO("abc").seek(0, 2))
print("hi", 3, file=(out := io.StringIO()), sep="-")
print(repr(out.getvalue()))
b = io.BytesIO(b"abc\ndef")
print(b.readline(), b.read(1), b.tell(), b.read(), b.getvalue(), b.seek(-2, 2), b.read(), b.seek(1), b.write(b"ZZ"), b.getvalue())
b = io.BytesIO()
b.seek(3)
b.write(b"x")
print(b.getvalue(), list(io.BytesIO(b"a\nb\n")), b.truncate(2), b.getvalue())
target = bytearray(3)
print(io.BytesIO(b"hello").readinto(target), target, io.BytesIO(b"hello").read1(2))


class Loud(io.StringIO):
    def write(self, text):
        return super().write(text.upper())


loud = Loud()
print("abc", file=loud)
print(repr(loud.getvalue()))


def far(stream, place, data):
    try:
        stream.seek(place)
        stream.write(data)
    except (OverflowError, MemoryError):
        return "refused"


print([far(stream(), place, data) for stream, data in ((io.StringIO, "a"), (io.BytesIO, b"a")) for place in (2**61, 2**62, 2**63 - 1)])
