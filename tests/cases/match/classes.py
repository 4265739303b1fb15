# Class patterns: positional through __match_args__, keywords, built-in classes, errors.
# oracle: 3.14
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
class Point3(Point):
    __match_args__ = ("x", "y", "z")
    def __init__(self, x, y, z): super().__init__(x, y); self.z = z
class Bare:
    def __init__(self, **kw): self.__dict__.update(kw)
def f(v):
    match v:
        case Point3(x, y, z=0): return f"flat {x} {y}"
        case Point(0, 0): return "origin"
        case Point(x=0, y=y): return f"y axis {y}"
        case Point(x, y) if x == y: return f"diagonal {x}"
        case Point(int() | float() as x): return f"number x {x}"
        case Point(): return "some point"
        case Bare(name=str(n), age=int(a)): return f"bare {n} {a}"
        case Bare(child=Bare(name=n)): return f"child {n}"
        case bool(b): return f"bool {b}"
        case int(i): return f"int {i}"
        case str(s) | bytes(s): return f"text {s!r}"
        case float(): return "float"
        case list([a, b]): return f"list of two {a} {b}"
        case dict(d): return f"dict {d}"
        case tuple((1, x)): return f"tuple 1 {x}"
        case type(): return f"a class {v.__name__}"
        case set(s): return f"set {s}"
    return "nothing"
for v in (Point3(1, 2, 0), Point3(1, 2, 3), Point(0, 0), Point(0, 5), Point(3, 3), Point(1.5, 2), Point("a", "b"), Bare(name="n", age=5), Bare(name=5), Bare(child=Bare(name="kid")), True, 5, "s", b"b", 2.5, [1, 2], [1], {"k": 1}, (1, 9), (2, 9), int, {1}, None, ...):
    print(f(v))
class Bad: __match_args__ = ["x"]
class BadItem: __match_args__ = (5,)
class Raises:
    __match_args__ = ("x",)
    @property
    def x(self): raise ValueError("from property")
def attempt(function):
    try: print("result", function())
    except Exception as e: print(type(e).__name__, e)
def a():
    match Point(1, 2):
        case Point(1, 2, 3): return 1
def b():
    match Bare():
        case Bare(1): return 1
def c():
    match Bad():
        case Bad(1): return 1
def d():
    match BadItem():
        case BadItem(1): return 1
def e():
    match Point(1, 2):
        case Point(1, x=1): return 1
def g():
    match Raises():
        case Raises(1): return 1
def h():
    kind = 5
    match 5:
        case kind(): return 1
def i():
    match 5:
        case int(1, 2): return 1
def j():
    match Point(1, 2):
        case Point(z=1): return 1
        case Point(x=1, y=2): return "keywords"
for function in (a, b, c, d, e, g, h, i, j): attempt(function)
class Inst(type):
    def __instancecheck__(cls, o): print("instancecheck"); return o == 5
class Five(metaclass=Inst): pass
match 5:
    case Five(): print("via metaclass")
