# Chained comparison: each operand once, short circuit, mixed operators, is, in, not.
def show(value):
    print("eval", value)
    return value

print(show(1) < show(2) < show(3))
print(show(3) < show(2) < show(1))
print(1 < 2 > 1 != 5 == 5 <= 5, 1 < 3 > 2, (1 < 3) > 2, 1 == 1.0 is not None, 3 in [1, 2, 3] == True)
print(1 in [1] in [[1]], "a" < "b" < "c", not 1 == 2, not (1 is 1.0), None is None, None is not None)
x = None
print(x is None, x is not None, x == None, x != None, not x)

class Odd:
    def __init__(self, name):
        self.name = name
    def __lt__(self, other):
        print("lt", self.name, other.name)
        return []
    def __gt__(self, other):
        print("gt", self.name, other.name)
        return "truthy"

a, b, c = Odd("a"), Odd("b"), Odd("c")
print(a < b < c)
print(a > b > c)
print(a > b < c)
for op in (lambda: 1 < "a", lambda: [] < (), lambda: None < None, lambda: {} > {}, lambda: 1j < 2j, lambda: object() >= 3):
    try:
        op()
    except TypeError as error:
        print(error)
print(1 not in (2, 3), "x" not in "xyz", [] == [], () == [], "1" == 1, b"a" == "a", {1} == frozenset([1]))
value = 5
print("small" if value < 3 else "medium" if value < 10 else "large", (1 if 0 else 2) + 3, [1, 2] if value else 3)
