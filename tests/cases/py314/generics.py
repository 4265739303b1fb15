# python: 3.14
# Type parameters of functions and classes: scopes, bounds, defaults, attributes.
def first[T](items: list[T]) -> T: return items[0]
print(first([1, 2]), first.__type_params__, first.__annotations__)
class Box[T]:
    def __init__(self, value: T): self.value = value
    def get(self) -> T: return self.value
    def swap[U](self, other: U) -> "Box[U]": return Box(other)
print(Box(5).get(), Box.__type_params__, Box[int], Box[int](7).get(), Box(1).swap("s").value, Box.__orig_bases__, Box.__parameters__, [k.__name__ for k in Box.__mro__])
def bounded[T: int, U: (str, bytes), V = float](x): return T, U, V
t, u, v = bounded.__type_params__
print(t.__bound__, u.__constraints__, v.__default__, t.__name__, repr(t), t.has_default(), v.has_default(), bounded(1) == (t, u, v))
def lazy[T: NotDefinedYet](x): pass
try: lazy.__type_params__[0].__bound__
except NameError as e: print(e)
def spec[**P, *Ts](): return P, Ts
print([type(p).__name__ for p in spec.__type_params__], spec())
class Sub[K](Box[K]): pass
print(Sub.__bases__, Sub[str]("x").get(), Sub.__orig_bases__)
T = "global T"
def shadow[T](): return T
print(type(shadow()).__name__, T)
class Outer[A]:
    class Inner[B]:
        def m[C](self): return [p.__name__ for p in (A, B, C)]
    x = A
print(Outer.Inner().m(), Outer.x.__name__)
def decorated(fn): print("decorating", fn.__name__, fn.__type_params__); return fn
@decorated
def g[X](a: X = "default") -> X: return a
print(g(), g.__qualname__, g.__name__)
async def coro[T](x: T) -> T: return x
try: coro(5).send(None)
except StopIteration as s: print(s.value)
gen = [lambda: T for _ in range(1)]
def uses_in_default[T](x=T if False else "evaluated outside"): return x
print(uses_in_default())
class Meta[T](metaclass=type): pass
print(Meta.__type_params__)
try: Box[int, str]
except TypeError as e: print("TypeError")
