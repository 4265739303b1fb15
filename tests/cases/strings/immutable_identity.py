# Equality, ordering, hashing; iteration; str subclasses.
a = "ab"
b = "".join(["a", "b"])
print(a == b, hash(a) == hash(b), a != b, a <= b, a < b + "c", a is a, {a: 1}[b], a in {b}, (a, 1) == (b, 1))
print("a" == 1, "a" != None, "a" == b"a", "" == "", "abc" > "abb", "B" < "a")
class Name(str):
    def __new__(cls, value, extra=None):
        self = super().__new__(cls, value)
        self.extra = extra
        return self
    def upper(self):
        return "UP:" + super().upper()
    def __eq__(self, other):
        return str.__eq__(self, other) or other == "anything"
    __hash__ = str.__hash__
n = Name("ann", 5)
print(n, repr(n), n.extra, n.upper(), n + "x", type(n + "x").__name__, type(n[:]).__name__, len(n), n == "ann", n == "anything", n == "other", "ann" == n, {n: 1}["ann"], n.title(), isinstance(n, str), f"{n:>5}", "%s" % n, n.join(["a", "b"]), ",".join([n]))
print(type(str(n)).__name__, str(n) is n, n.__class__.__name__, sorted([Name("b"), Name("a")]))
print("%s" % Name("x"), "ab".__len__(), "ab".__contains__("a"), "ab".__add__("c"), "ab".__mul__(2), "ab".__rmul__(2), "ab".__getitem__(0), "b".__gt__("a"), "ab".__iter__().__next__(), "a".__eq__(1))
it = iter("xyz")
print(next(it), list(it), list(it), next(it, "end"))
print(str.upper("abc"), list(map(str.strip, [" a ", "b "])), str.__name__, str.__mro__)
try:
    str.upper(5)
except TypeError as error:
    print(error)
try:
    "abc".nope
except AttributeError as error:
    print(error)
try:
    "abc"()
except TypeError as error:
    print(error)
