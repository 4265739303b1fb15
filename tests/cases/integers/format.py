# bin, oct, hex and every presentation type of the format mini-language.
for n in (0, 1, -1, 255, -255, 65536, 10 ** 20):
    print(bin(n), oct(n), hex(n), str(n), repr(n))
    print(f"{n:d}|{n:b}|{n:o}|{n:x}|{n:X}|{n:#b}|{n:#o}|{n:#x}|{n:#X}|{n:n}")
    print(f"{n:,}|{n:_}|{n:_x}|{n:_b}|{n:+}|{n: }|{n:-}")
    print(f"[{n:12}] [{n:<12}] [{n:>12}] [{n:^12}] [{n:=12}] [{n:012}] [{n:*^+12d}] [{n:#012x}] [{n:016,}]")
    print(f"{n:e} {n:.2f} {n:g} {n:%} {n:.3E} {n:10.1f}|")
print(format(65, "c"), f"{8364:c}|{65:5c}|{65:<5c}|")
print("%d %i %u %5d|%-5d|%05d|%+d|% d|%x|%X|%#x|%o|%#o|%c|%c" % (1, 2, 3, 4, 5, 6, 7, 8, 255, 255, 255, 8, 8, 65, "z"))
print("%.3d|%8.3d|%-8.3d|%+.3d" % (5, 5, 5, 5), "%d" % 3.99, "%d" % 10 ** 25)
for spec in ("s", ".2", "z", ",x", "_n", "c,", "10 0"):
    try:
        print(spec, format(5, spec))
    except ValueError as error:
        print(spec, "->", error)
try:
    "%d" % "x"
except TypeError as error:
    print(error)
try:
    "%x" % 1.5
except TypeError as error:
    print(error)
print(True + True, f"{True:d}", f"{True}", "%d" % True, format(True, "5d"))
