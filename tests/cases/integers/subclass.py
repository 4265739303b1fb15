# A subclass of int keeps its own methods and gives plain ints from arithmetic.
class Metre(int):
    def __new__(cls, value, unit="m"):
        self = super().__new__(cls, value)
        self.unit = unit
        return self

    def __repr__(self):
        return f"Metre({int(self)}, {self.unit!r})"

    def __add__(self, other):
        return Metre(int(self) + int(other), self.unit)

a = Metre(5)
b = Metre("7", "km")
print(a, repr(b), str(a), a + b, type(a + b), a - b, type(a - b), type(-a), type(+a))
print(a == 5, hash(a) == hash(5), {5: "five"}[a], [10, 20, 30, 40, 50, 60][a], a.unit, b.unit)
print(isinstance(a, int), sum([a, b]), max(a, b), sorted([b, a]))
print(f"{a:03d}", "%d" % a, f"{a!r}", f"{a}")
a.note = "x"
print(a.__dict__)

class Flag(int):
    def __bool__(self):
        return False

print(bool(Flag(7)), not Flag(7), "yes" if Flag(7) else "no", Flag(7) or "or", int(Flag(7)))
class Rev(int):
    def __radd__(self, other):
        return "radd"
    def __rsub__(self, other):
        return "rsub"
print(1 + Rev(2), 1 - Rev(2), Rev(2) + 1, Rev(1) * 4)
try:
    Metre("x")
except ValueError as error:
    print(error)
