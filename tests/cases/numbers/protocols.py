# Numeric dunders on ordinary classes: __index__, __round__, __trunc__, __divmod__, __abs__, conversions.
class Number:
    def __init__(self, value):
        self.value = value
    def __index__(self):
        return self.value
    def __round__(self, digits=None):
        return f"round {digits}"
    def __trunc__(self):
        return self.value
    def __floor__(self):
        return "floor"
    def __ceil__(self):
        return "ceil"
    def __divmod__(self, other):
        return ("divmod", other)
    def __rdivmod__(self, other):
        return ("rdivmod", other)
    def __abs__(self):
        return "abs"
    def __neg__(self):
        return "neg"
    def __pos__(self):
        return "pos"
    def __invert__(self):
        return "invert"
    def __pow__(self, other, modulo=None):
        return ("pow", other, modulo)
    def __rpow__(self, other):
        return ("rpow", other)
    def __matmul__(self, other):
        return ("matmul", other)
    def __rmatmul__(self, other):
        return ("rmatmul", other)
    def __imatmul__(self, other):
        return "imatmul"

import math
n = Number(5)
print(round(n), round(n, 2), math.floor(n), math.ceil(n), math.trunc(n), divmod(n, 1), divmod(1, n), abs(n), -n, +n, ~n)
print(n ** 2, pow(n, 2, 3), 2 ** n, n @ 1, 1 @ n, bin(n), hex(n), oct(n), int(n), float(n), complex(n), range(n), "abcdefgh"[n], [0] * n, chr(Number(65)))
n @= 3
print(n)

class Plain:
    pass

for operation in (lambda: round(Plain()), lambda: abs(Plain()), lambda: -Plain(), lambda: Plain() + 1, lambda: 1 - Plain(), lambda: divmod(Plain(), 1), lambda: Plain() @ 1, lambda: Plain() ** 2, lambda: [1][Plain()], lambda: hex(1.5), lambda: "a" * 1.5, lambda: range(1.0), lambda: math.floor("x"), lambda: Plain() < Plain(), lambda: pow(2, 3, 0.5)):
    try:
        print(operation())
    except TypeError as error:
        print(error)
try:
    pow(2, 3, 0)
except ValueError as error:
    print(error)
try:
    pow(2, -1, 4)
except ValueError as error:
    print(error)

class BadIndex:
    def __index__(self):
        return 1.5
try:
    hex(BadIndex())
except TypeError as error:
    print(error)
