# What open() and streams refuse.
# folder: empty
import io
with open("f", "w") as f:
    f.write("text")
def show(call):
    try:
        print("no error:", call())
    except Exception as e:
        print(type(e).__mro__[0].__name__, "|", e)
for args in [("nope",), (b"nope",), ("no/pe",), ("f/x",), (".",), ("", "w"), ("f", "q"), ("f", "rw"), ("f", ""), ("f", "rr"), ("f", "bt"), ("f", "+"), ("f", "b"), ("f", "rb", 1, "utf-8"), ("f", "r", 0), ("f", "r", -1, "nope"), (1.5,), (None,), ([],), ("f", 5), ("f", None), ("f", "r", "x"), ("f", "r", -1, 5), ("f", "r", -1, None, 5), ("f", "r", -1, None, None, 5), ("f", "r", -1, None, None, None, False), (-1,), (9999,), ("a\0b",), (b"a\0b",), ("f", "rb", -1, None, "strict"), ("f", "rb", -1, None, None, "")]:
    print(args, end=" ")
    show(lambda: open(*args))
print(issubclass(io.UnsupportedOperation, OSError), issubclass(io.UnsupportedOperation, ValueError), io.UnsupportedOperation.__mro__)
try:
    open("nope")
except OSError as e:
    print(type(e).__name__, e.errno, e.strerror, e.filename, e.args)
r, w, rb, wb = open("f"), open("g", "w"), open("f", "rb"), open("h", "wb")
for call in [lambda: r.write("x"), lambda: r.write(5), lambda: w.read(), lambda: w.readline(), lambda: next(w), lambda: w.write(b"x"), lambda: w.write(), lambda: rb.write(b"x"), lambda: wb.read(), lambda: wb.readline(), lambda: wb.write("x"), lambda: wb.write(5), lambda: rb.read(-2), lambda: rb.read("x"), lambda: r.read("x"), lambda: rb.readinto(b"x"), lambda: r.seek(1, 1), lambda: r.seek(1, 2), lambda: r.seek(-1), lambda: r.seek(0, 5), lambda: rb.seek(0, 5), lambda: rb.seek(-1), lambda: r.truncate(0), lambda: rb.truncate(0), lambda: w.truncate(-1), lambda: (next(r), r.tell()), lambda: setattr(r, "encoding", "x"), lambda: setattr(rb, "closed", 1), lambda: io.FileIO("f", "r").write(b""), lambda: io.FileIO("f", "w").read(), lambda: io.FileIO("f", "z"), lambda: io.FileIO("f", "rw"), lambda: io.IOBase().fileno(), lambda: io.IOBase().seek(0), lambda: io.RawIOBase().readinto(b""), lambda: io.BufferedIOBase().read(), lambda: io.TextIOBase().read(), lambda: io.BufferedReader(open("h2", "wb", 0)), lambda: io.BufferedWriter(open("f", "rb", 0)), lambda: io.BufferedReader(5), lambda: io.BufferedReader(open("f", "rb", 0), 0)]:
    show(call)
for stream in (r, w, rb, wb):
    stream.close()
    stream.close()
    print(stream.closed)
    for call in [stream.flush, lambda: stream.read(), lambda: stream.readline(), lambda: stream.readlines(), lambda: stream.write("x" if stream in (r, w) else b"x"), lambda: stream.writelines([]), lambda: next(stream), lambda: iter(stream), lambda: stream.tell(), lambda: stream.seek(0), lambda: stream.truncate(), stream.fileno, stream.isatty, stream.readable, stream.writable, stream.seekable, stream.__enter__, stream.detach]:
        show(call)
    if stream is rb:
        show(stream.peek), show(stream.read1), show(lambda: stream.readinto(bytearray(1)))
raw = open("f", "rb", 0)
raw.close()
print(raw)
for call in [raw.read, raw.readall, lambda: raw.readinto(bytearray(2)), raw.fileno, raw.tell, lambda: raw.seek(0), raw.readable, lambda: raw.write(b""), raw.flush, raw.readline, raw.isatty, lambda: next(raw)]:
    show(call)
f = open("f")
buffer = f.detach()
for call in [f.read, f.close, lambda: f.closed, lambda: repr(f), lambda: f.name, f.flush, f.detach]:
    show(call)
raw = buffer.detach()
for call in [buffer.read, buffer.close, lambda: buffer.closed, lambda: repr(buffer), lambda: buffer.name, buffer.tell]:
    show(call)
print(raw.read())
