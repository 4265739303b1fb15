# Shifts, masks, bit_length, bit_count, to_bytes and from_bytes.
for n in (0, 1, -1, 5, -5, 255, 256, -256, 2 ** 64, -(2 ** 64)):
    print(n, n.bit_length(), n.bit_count(), ~n, n << 3, n >> 3, n & 0xF0, n | 0x0F, n ^ 0xFF)

for count in (-1, -100):
    for name, operation in (("<<", lambda: 1 << count), (">>", lambda: 1 >> count)):
        try:
            operation()
        except ValueError as error:
            print(name, error)
print(0 << 1000000, 1 >> 10 ** 20, -1 >> 10 ** 20)
print((1000).to_bytes(2, "big"), (1000).to_bytes(4, "little"), (-2).to_bytes(3, "big", signed=True))
print((2 ** 70).to_bytes(10, "big"), (0).to_bytes(0, "big"), (5).to_bytes())
print(int.from_bytes(b"\x03\xe8", "big"), int.from_bytes(b"\x03\xe8", "little"))
print(int.from_bytes(b"\xff\xfe", "big", signed=True), int.from_bytes(b"", "big"), int.from_bytes([1, 0], "big"))
for call in (lambda: (256).to_bytes(1, "big"), lambda: (-1).to_bytes(1, "big")):
    try:
        call()
    except OverflowError as error:
        print(error)
print((7).numerator, (7).denominator, (7).real, (7).imag, (7).conjugate(), (7).as_integer_ratio())
print((6).__index__(), (6).__int__(), (6).__float__(), (6).__bool__(), (0).__bool__())
