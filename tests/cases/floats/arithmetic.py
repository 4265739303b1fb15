# Division, floor, modulo and power of floats, with signs, zeros and infinities.
for a in (7.5, -7.5, 0.0, -0.0):
    for b in (2.0, -2.0, 0.3):
        print(a, b, a + b, a - b, a * b, a / b, a // b, a % b, divmod(a, b))
inf, nan = float("inf"), float("nan")
print(5.0 % inf, -5.0 % inf, 5.0 // inf, -5.0 // inf, inf // 1, inf % 1, nan % 1, 0.0 / inf, -1 / inf)
print(2.0 ** 0.5, 2.0 ** -1, (-8) ** 2.0, 0.0 ** 0, inf ** 0, nan ** 0, 1 ** nan, 2.0 ** inf, 0.5 ** inf, (-2.0) ** 3)
print((-8) ** (1 / 3))
for operation in (lambda: 1.0 / 0, lambda: 1.0 // 0, lambda: 1.0 % 0, lambda: divmod(1.0, 0.0), lambda: 0.0 ** -1):
    try:
        operation()
    except ZeroDivisionError as error:
        print("ZeroDivisionError")
try:
    10.0 ** 400
except OverflowError as error:
    print("OverflowError", len(error.args))
print(round(0.5), round(1.5), round(2.5), round(-0.5), round(2.675, 2), round(1234.567, -2), round(0.1 + 0.2, 15), round(1e22), round(-2.5))
print(round(5.015, 2), round(1.005, 2), round(2.5, 0), round(1e300, 2), round(inf, 2), round(1.23456789, 5), round(0.00012345, 6))
for value in (inf, nan):
    try:
        round(value)
    except (OverflowError, ValueError) as error:
        print(type(error).__name__, error)
print(abs(-1.5), -(-0.0), +0.0, abs(-0.0), 1.5 == 3 / 2, 1e16 + 1 == 1e16, 3 + 0.5, 0.5 + 3, 3 - 0.5, 2 * 0.5, 7 // 2.0, 7 % 2.5)
print(min(1.0, 2), max(1, 1.0), sum([0.25] * 10), sum([0.5, 1, 2]), 0.1 * 3, 1 - 0.9)
print(hash(0.5), hash(1e20) == hash(10 ** 20), hash(inf), hash(-inf), hash(0.0), hash(-0.0), hash(1.5), hash(-1.0), hash(0.1))
x = 1.5
x += 1; x *= 2; x -= 0.5; x /= 3; x **= 2; x //= 0.4; x %= 3.3
print(x, type(x))
print((1.5).__add__(2), (1.5).__radd__("x"), 1.5.__floor__(), 1.5.__ceil__(), -1.5.__trunc__(), 1.5.real, 1.5.imag, 1.5.conjugate())
