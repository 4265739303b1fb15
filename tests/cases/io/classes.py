# The classes of io, and streams made by programs.
# folder: empty
import io
with open("f", "w") as f:
    f.write("one\ntwo\n")
streams = [open("f"), open("f", "rb"), open("f", "ab"), open("f", "rb+"), open("f", "rb", 0), io.StringIO(), io.BytesIO()]
classes = [io.IOBase, io.RawIOBase, io.BufferedIOBase, io.TextIOBase, io.FileIO, io.BufferedReader, io.BufferedWriter, io.BufferedRandom, io.TextIOWrapper]
for stream in streams:
    print(type(stream).__name__, [c.__name__ for c in classes if isinstance(stream, c)])
for c in classes[4:]:
    print(c, c.__module__)
print(io.open is open, open.__name__)
for stream in streams:
    stream.close()

class Ones(io.RawIOBase):
    "Gives five bytes."
    def __init__(self):
        self.left = 5
    def readable(self):
        return True
    def readinto(self, b):
        if self.left == 0:
            return 0
        self.left -= 1
        b[:1] = b"1"
        return 1
print(Ones().read(), Ones().read(2), Ones().readall(), Ones().readline())
print(io.BufferedReader(Ones()).read(), io.BufferedReader(Ones(), 2).read(3))
print(list(io.TextIOWrapper(io.BufferedReader(Ones()))))

class Sink(io.RawIOBase):
    def __init__(self):
        self.parts = []
    def writable(self):
        return True
    def write(self, b):
        self.parts.append(bytes(b)[:4])
        return min(len(b), 4)
sink = Sink()
w = io.BufferedWriter(sink, 8)
print(w.write(b"0123"), sink.parts, w.write(b"456789"), w.write(b"ab"))
w.flush()
print(b"".join(sink.parts))
w.close()
print(sink.closed)
class Loud(io.IOBase):
    def flush(self):
        print("flush")
        super().flush()
    def close(self):
        print("close")
        super().close()
with Loud() as loud:
    print(loud.closed)
print(loud.closed)
try:
    loud.flush()
except ValueError as e:
    print(e)
t = io.TextIOWrapper(io.BytesIO(b"x\r\ny\r\n"), encoding="ascii", newline="")
print(t.read(), t.tell(), t.seek(0), t.readlines(), t.newlines)
b = io.BytesIO()
t = io.TextIOWrapper(b, encoding="utf-8", write_through=True)
t.write("é")
print(b.getvalue(), t.write_through)
t.reconfigure(encoding="latin-1")
t.write("é")
print(b.getvalue(), t.encoding)
class MyFile(io.FileIO):
    def read(self, n=-1):
        return super().read(n)[::-1]
with MyFile("f") as m:
    print(m.read(), m.mode, m.name)
print(io.BufferedReader(MyFile("f")).read())
def opener(path, flags):
    print("opening", path)
    return keep.fileno()
keep = open("f", "rb")
with open("other", "rb", opener=opener, buffering=0) as f:
    print(f.read(3), f.name)
keep.detach().fileno
class Path:
    def __fspath__(self):
        return "f"
with open(Path()) as f:
    print(f.name, f.read())
with open("f", "rb") as f:
    with open(f.fileno(), closefd=False) as g:
        print(g.read(3), g.buffer.raw.closefd)
    print(f.closed, f.tell())
    g = None
print(io.SEEK_SET, io.SEEK_CUR, io.SEEK_END)
