# Special methods written in Python for subscripts and calls: every kind of parameters, results, errors, generators, deep nesting.
class Grid:
    def __init__(self): self.cells = {}
    def __getitem__(self, key):
        if key == "deep": return self["deeper"]
        if key == "boom": raise KeyError(key)
        return self.cells.get(key, "none")
    def __setitem__(self, key, value):
        if value is None: raise ValueError("no None")
        self.cells[key] = value
        return "ignored"
    def __call__(self, *args, a=1, **kw): return args, a, kw
g = Grid()
g[1] = "one"; g[1, 2] = "pair"; g["deeper"] = "down"
print(g[1], g[1, 2], g["deep"], g[...])
try:
    g["boom"]
except KeyError as e:
    print("key", e, e.__traceback__.tb_next.tb_frame.f_code.co_name)
try:
    g["x"] = None
except ValueError as e:
    print(e, e.__traceback__.tb_next.tb_lineno - e.__traceback__.tb_lineno < 0)
g[1] += "!"
print(g[1], g(), g(1, 2), g(1, a=2, b=3), g(*[1, 2], **{"c": 4}))
def generate(grid):
    for key in (1, "deep", 7):
        yield grid[key]
        grid[key] = key
    yield grid(key)
print(list(generate(g)), g.cells)
class Defaults:
    def __getitem__(self, key, extra=5): return key, extra
    def __setitem__(self, *args): print("set", args)
    def __call__(self): return self
d = Defaults()
d["k"] = "v"
print(d[3], d() is d)
class Wrong:
    def __getitem__(self): return 1
    def __call__(self, a, b): return a
for attempt in (lambda: Wrong()[0], lambda: Wrong()(1)):
    try:
        attempt()
    except TypeError as e:
        print(e)
class Static:
    @staticmethod
    def __getitem__(key): return "static", key
    __call__ = print
print(Static()[9])
class Lazy:
    def __getitem__(self, n):
        yield n
        yield n + 1
print(list(Lazy()[4]))
class Down:
    def __getitem__(self, n): return 0 if n == 0 else 1 + self[n - 1]
print(Down()[500])
try:
    Down()[-1]
except RecursionError as e:
    print("RecursionError")
class Meta(type):
    def __call__(cls, *args): return "meta", args
    def __getitem__(cls, key): return cls.__name__, key
class Made(metaclass=Meta): pass
print(Made(1, 2), Made["k"])
class Liar:
    @property
    def __class__(self): return int
print(isinstance(Liar(), int), isinstance(Liar(), Liar), isinstance(Liar(), str), type(Liar()) is Liar)
