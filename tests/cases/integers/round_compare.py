# round with negative digits, comparison of int with float, and hash equality across numeric types.
for n in (15, 25, 35, -15, -25, 12345, 55555, 5, 4, 6):
    print(n, round(n), round(n, -1), round(n, -2), round(n, -5), round(n, 3))
print(round(10 ** 25 + 5, -1), round(10 ** 30, -40), type(round(2.5, None)), type(round(2.5, 0)))
print(1 == 1.0, 1 != 1.5, 2 < 2.5, 3 > 2.999, 2 ** 53 == 2.0 ** 53, 2 ** 53 + 1 == 2.0 ** 53, 2 ** 53 + 1 > 2.0 ** 53)
print(10 ** 400 > 1e308, -10 ** 400 < float("-inf"), 10 ** 400 < float("inf"), 5 == float("nan"), 5 != float("nan"))
print(hash(1) == hash(1.0) == hash(True), hash(-1), hash(-2), hash(2 ** 61 - 1), hash(2 ** 61), hash(-(2 ** 61 - 1)), hash(10 ** 30))
print({1: "a", 1.0: "b", True: "c"}, len({0, 0.0, False, -0.0}))
print((1).__eq__("x"), (1).__lt__(2.0), (1).__add__(1.5), (3).__radd__(4), (2).__pow__(3, 5))
print(isinstance(True, int), issubclass(bool, int), type(True + 0), type(True & True), type(True ^ 1))
try:
    1 < "2"
except TypeError as error:
    print(error)
try:
    1 + "2"
except TypeError as error:
    print(error)
try:
    "2" + 1
except TypeError as error:
    print(error)
try:
    [] - 1
except TypeError as error:
    print(error)
try:
    -"a"
except TypeError as error:
    print(error)
try:
    x = 5
    x += "a"
except TypeError as error:
    print(error)
