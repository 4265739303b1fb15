# abs, all, any, callable, chr, divmod, enumerate, filter, hash, id, isinstance, len, map, max, min, ...
print(abs(-3), abs(-2.5), abs(3 + 4j), abs(True), all([]), all([1, 0]), any([]), any([0, 1]), all(x for x in "ab"), any(x for x in ("", 0)))
print(callable(len), callable(5), callable(int), chr(97), ord("a"), divmod(17, 5), divmod(-17, 5), divmod(7.5, 2), bin(10), oct(8), hex(255))
print(max(3, 1, 2), max([3, 1]), max("b", "a"), min(3, 1), min([], default="d"), max((), default=None), max([1, -5], key=abs), min("bb", "a", key=len), max({"a": 1, "b": 2}), min(x * x for x in (-2, 1)), max([1, 1.0]), max(1.0, 1), max([(1, "b"), (1, "c")]))
print(sum([1, 2, 3]), sum([1.5, 2]), sum([[1], [2]], []), sum((x for x in range(4)), 10), sum([], 5), sum([True, True]), sum({1: "a", 2: "b"}))
print(pow(2, 10), pow(2, -1), pow(2, 10, 1000), pow(2.0, 3), round(2.567, 2), round(5), round(-1.5), round(1234, -2), len("abc"), len([]), len({1: 2}), len(range(10)))
print(sorted([3, 1, 2]), sorted("bca", reverse=True), list(reversed([1, 2])), list(enumerate("ab")), list(zip("ab", [1, 2])), list(map(lambda x: x + 1, [1, 2])), list(filter(None, [0, 1])), list(range(3)))
print(isinstance(1, int), isinstance(1, (str, int)), isinstance(True, int), isinstance("", object), issubclass(int, object), issubclass(bool, (str, int)), isinstance(5, int | str), type(5) is int, type("x"), type(type), type(None), type(...), type(NotImplemented), type(len), type(lambda: 0))
print(hash(5), hash("a") == hash("a"), hash((1, 2)) == hash((1, 2)), hash(None) == hash(None), id(5) == id(5), isinstance(id([]), int), repr("a"), ascii("é"), str(5), repr(None), format(3.14159, ".2f"), format(255, "x"))
class C:
    a = 1
    def m(self): pass
c = C()
print(getattr(c, "a"), getattr(c, "z", 5), hasattr(c, "a"), hasattr(c, "z"), setattr(c, "b", 2), c.b, delattr(c, "b"), hasattr(c, "b"), vars(c), [n for n in dir(c) if n[0] != "_"], callable(c.m), callable(c))
print(next(iter([1, 2])), next(iter([]), "d"), list(iter(int, 0)), bool(0), bool("x"), int("5"), float("1.5"), complex("1j"), str(b"a", "ascii"), bytes(2), list("ab"), tuple([1]), dict(a=1), set([1]), frozenset([2]), slice(1, 2), object().__class__, memoryview(b"ab").tolist(), bytearray(b"x"))
print(None, ..., NotImplemented, __debug__, Ellipsis is ..., None is None)
print(*map(str, range(3)), sep="-", end="!\n")
print("a", "b", sep="")
print()
print(1, 2, sep=", ", end="")
print(flush=True)
print(sep="x", end="y\n")
print([1, "a", None, 2.5, {"k": (1,)}, {1}], {1: [2]}, (1,), "s")
x = 5
print(eval("x + 1"), eval("y", {"y": 10}), eval("a + b", {"a": 1}, {"b": 2}), eval(" 1 + 1 "))
ns = {}
exec("def f(n):\n    return n * 2\nv = f(21)", ns)
print(ns["v"], ns["f"](4), sorted(k for k in ns if k != "__builtins__"))
exec("x = 99")
print(x)
code = compile("1 + 2", "<made>", "eval")
print(eval(code), code.co_filename, type(code).__name__)
exec(compile("for i in range(2): print('exec', i)", "<made>", "exec"))
for bad in ("1 +", "x = ", "def", ")"):
    try: compile(bad, "<bad>", "exec")
    except SyntaxError as e: print("SyntaxError", e.filename, e.lineno)
try: eval("undefined_name")
except NameError as e: print(e)
print(locals() is globals(), "x" in locals())
def f():
    a = 1
    return locals(), eval("a"), sorted(dir())
print(f())
