# Shortest repr that reads back, the switch to exponents, and special values.
for x in (0.0, -0.0, 1.0, -1.5, 0.1, 0.2, 0.1 + 0.2, 1 / 3, 2 / 3, 100.0, 1e15, 1e16, 1e17, 123456789012345680.0, 1e21, 1e22, 1e23, 0.0001, 0.00001, 0.000123, 1.5e-7, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e100, 3.141592653589793, 2.718281828459045, 1e-5, 9007199254740993.0, 4.35, 2.675, 1.005, 123.456e10, 9999999999999998.0, 0.3, 1e-10):
    print(repr(x), str(x), x, float(repr(x)) == x)
inf = float("inf")
nan = float("nan")
print(inf, -inf, nan, inf - inf, inf * 0, inf == inf, nan == nan, nan != nan, nan is nan, inf > 1e308, -inf < -1e308)
print(1e308 * 10, -1e308 * 10, 1e-320, 1e-400, 5e-324 / 2)
print([nan] == [nan], nan in [nan], (nan,) == (nan,), {nan: 1}[nan], float("nan") in [float("nan")])
print(float("  1.5  "), float("1e3"), float("-.5"), float("5."), float("1_0.2_5"), float("INF"), float("-Infinity"), float("NaN"), float(), float(7), float("١.٥"))
for text in ("", "abc", "1.5x", "1__0", "0x10", "1e", "--1", "1 2"):
    try:
        float(text)
    except ValueError as error:
        print(error)
for value in (None, [], 1j):
    try:
        float(value)
    except TypeError as error:
        print(error)
print(1.0.is_integer(), 1.5.is_integer(), inf.is_integer(), 0.5.as_integer_ratio(), 0.1.as_integer_ratio(), (-2.5).as_integer_ratio())
print(0.5.hex(), (-3.75).hex(), 0.1.hex(), 0.0.hex(), inf.hex(), float.fromhex("0x1.8p3"), float.fromhex("-0x.1p-2"), float.fromhex("1.5"))
