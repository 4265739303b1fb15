# Literals, arithmetic, repr and the methods of complex numbers.
for z in (1j, 1 + 2j, -1 - 2j, complex(1.5, 0), complex(0, -0.0), complex(-0.0, 1), complex(-0.0, -1), 3j * 1j, complex(1e100, -1e-7), complex(float("nan"), float("inf")), complex(2), complex()):
    print(z, repr(z), z.real, z.imag, z.conjugate(), bool(z))
a, b = 3 + 4j, 1 - 2j
print(a + b, a - b, a * b, a / b, a ** 2, a ** 0, a == b, a != b, -a, +a, abs(a))
print(a + 1, 1 + a, a - 1.5, 2 * a, a / 2, 2 / a, a ** 0.5, 2 ** a, a == 3 + 4j, 1 + 0j == 1, 1j != 1.0)
print(hash(1 + 0j) == hash(1), hash(3 + 4j) == hash(complex(3, 4)), {1 + 0j: "one"}[1])
print(complex("1+2j"), complex("1j"), complex("-3.5"), complex(" ( 1-1j ) ".strip()), complex("inf-nanj"), complex(1, 2), complex(1j, 1j), complex(real=1, imag=2))
for text in ("", "1 + 2j", "abc", "1+2", "j1"):
    try:
        complex(text)
    except ValueError as error:
        print(error)
for operation in (lambda: a < b, lambda: a // b, lambda: a % b, lambda: int(a), lambda: float(a), lambda: divmod(a, 1)):
    try:
        operation()
    except TypeError as error:
        print(error)
try:
    1 / 0j
except ZeroDivisionError as error:
    print("ZeroDivisionError")
print(f"{a}|{a:.2f}|{a:>12}|{a:+.1e}|{1j:g}", "%s %r" % (a, b), format(a, ".3"))
print(isinstance(a, complex), a.__class__.__name__, complex.__name__, sum([1j, 2, 3.5]), 0j == 0 == 0.0 == False)
