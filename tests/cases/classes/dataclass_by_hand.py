# A class decorator that makes __init__, __repr__ and __eq__ from annotations, without exec.
def data(cls=None, *, frozen=False, order=False):
    if cls is None: return lambda c: data(c, frozen=frozen, order=order)
    fields = list(cls.__annotations__)
    defaults = {n: getattr(cls, n) for n in fields if hasattr(cls, n)}
    def __init__(self, *args, **kw):
        if len(args) > len(fields): raise TypeError(f"{cls.__name__} takes {len(fields)} values, {len(args)} given")
        values = dict(defaults) | dict(zip(fields, args)) | kw
        if unknown := set(kw) - set(fields): raise TypeError(f"unknown field {min(unknown)!r}")
        if missing := [n for n in fields if n not in values]: raise TypeError(f"missing {', '.join(missing)}")
        for n in fields: object.__setattr__(self, n, values[n])
        getattr(self, "__post_init__", lambda: None)()
    def key(self): return tuple(getattr(self, n) for n in fields)
    cls.__init__ = __init__
    cls.__repr__ = lambda self: f"{cls.__name__}({', '.join(f'{n}={getattr(self, n)!r}' for n in fields)})"
    cls.__eq__ = lambda self, o: key(self) == key(o) if type(o) is type(self) else NotImplemented
    cls.__match_args__ = tuple(fields)
    if frozen:
        def __setattr__(self, n, v): raise AttributeError(f"{cls.__name__} is frozen")
        cls.__setattr__, cls.__hash__ = __setattr__, lambda self: hash(key(self))
    if order: cls.__lt__ = lambda self, o: key(self) < key(o)
    return cls
@data
class Point:
    x: int
    y: int = 0
@data(frozen=True, order=True)
class Version:
    major: int
    minor: int = 0
    def __post_init__(self):
        if self.major < 0: raise ValueError("negative")
print(Point(1), Point(1, 2), Point(y=5, x=4), Point(1, 2) == Point(1, 2), Point(1) != Point(2), Point(1) == 5, Version(1, 2) < Version(1, 3), sorted([Version(2), Version(1, 5)]), {Version(1): "one"}[Version(1, 0)])
for call in (lambda: Point(), lambda: Point(1, 2, 3), lambda: Point(1, z=2), lambda: setattr(Version(1), "major", 2), lambda: Version(-1)):
    try: print(call())
    except (TypeError, AttributeError, ValueError) as e: print(type(e).__name__, e)
match Point(3, 4):
    case Point(x, 4): print("matched", x)
