# Operators that built-in classes have natively, overridden in subclasses, set and deleted while the program runs.
class L(list):
    pass
def state(x):
    out = []
    for f in (len, bool, repr, lambda x: x[0], lambda x: list(iter(x)), lambda x: 3 in x, lambda x: x + [9], lambda x: x == [1, 2, 3]):
        try: out.append(f(x))
        except Exception as e: out.append((type(e).__name__, str(e)))
    return out
x = L([1, 2, 3])
print(state(x))
L.__len__ = lambda self: 7
L.__getitem__ = lambda self, i: ("item", i)
L.__contains__ = lambda self, i: False
L.__eq__ = lambda self, o: "eq"
L.__add__ = lambda self, o: "add"
L.__repr__ = lambda self: "L!"
L.__iter__ = lambda self: iter("ab")
print(state(x))
for name in "__len__ __getitem__ __contains__ __eq__ __add__ __repr__ __iter__".split():
    delattr(L, name)
print(state(x))
L.__contains__ = None
try: 1 in x
except TypeError as e: print(type(e).__name__)
L.__contains__ = dict.__contains__
try: 1 in x
except TypeError as e: print(type(e).__name__)
del L.__contains__
class M(L):
    __getitem__ = list.__getitem__
    __hash__ = object.__hash__
m = M([4])
print(m[0], hash(m) == hash(m), m == [4])

class I(int):
    def __pow__(self, o, m=None): return "pow"
    def __rpow__(self, o, m=None): return "rpow"
    def __index__(self): return 5
    def __str__(self): return "I"
print(I(2) ** 3, 3 ** I(2), 2.0 ** I(3), pow(I(2), 3), str(I(2)), int(I(2)), [0, 1, 2][I(2)], float(I(2)))
print(2 ** 10, 2 ** -1, (-2) ** 3, 2.0 ** 3, 2 ** 0.5, (-8) ** 2, 10 ** 30, 0 ** 0)
for a, b in ((0, -1), (0.0, -2), (1e300, 2)):
    try: print(a ** b)
    except Exception as e: print(type(e).__name__)

class G:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 5: raise StopIteration
        if self.n == 2: G.__next__ = lambda self: self.old() * 10
        return self.n
    old = __next__
print(list(G()))

class P:
    @property
    def fails(self): raise AttributeError("inner")
    @property
    def other(self): raise KeyError("k")
print(hasattr(P(), "fails"), hasattr(P(), "missing"), getattr(P(), "fails", 1), getattr(P(), "missing", 2))
try: hasattr(P(), "other")
except KeyError as e: print("KeyError", e)
class Q(P):
    def __getattr__(self, name): return name
print(hasattr(Q(), "missing"), getattr(Q(), "fails", 1))
print(max(1, 2), min(2, 1), max(1.5, 0.5), max(1, 1.0), min(1.0, 1), max("a", "b"), min((3, 1)), max(1, 2, key=lambda v: -v))
print(int(3.9), int(-3.9), int(True), float(3), float(True), str(12), bool([]), tuple([1]), int("7"), float("1.5"), str(True))
