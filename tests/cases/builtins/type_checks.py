# isinstance and issubclass with odd arguments; type with three arguments; object.
class A: pass
class B(A): pass
print(isinstance(B(), A), isinstance(B(), (int, (str, (A,)))), issubclass(B, (int, A)), isinstance(B, type), isinstance(A, A), issubclass(A, A), isinstance(None, type(None)), isinstance(int, type), isinstance(type, type))
print(type(B()) is B, type(B()) == A, B().__class__.__bases__, type.__call__(A).__class__.__name__, A.__subclasses__(), object.__subclasses__ is not None, B.__base__, object.__base__, object.__bases__)
class Liar:
    __class__ = int
print(isinstance(Liar(), int), type(Liar()) is Liar, isinstance(Liar(), Liar))
for call in (lambda: isinstance(1, 5), lambda: isinstance(1, "int"), lambda: isinstance(1, (int, 5)), lambda: isinstance("a", (int, 5)), lambda: issubclass(5, int), lambda: issubclass(int, 5), lambda: isinstance(1, [int])):
    try: print(call())
    except TypeError as e: print(e)
T = type("T", (A,), {"x": 1, "f": lambda self: self.x + 1, "__doc__": "made"})
t = T()
print(t.f(), T.__doc__, T.__mro__, isinstance(t, A), T.__dict__["x"], T.__name__)
T.__name__ = "Renamed"
T.__qualname__ = "Q.Renamed"
print(T.__name__, repr(T), T.__qualname__)
for bad in (5, "a\0b"):
    try: T.__name__ = bad
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
print(object() == object(), object().__eq__(5), object.__name__, object().__doc__ is not None, repr(object).startswith("<class"), object.__new__(A).__class__.__name__, hash(A) == hash(A), A == A, A != B, {A: 1}[A])
try: object().x = 1
except AttributeError: print("object has no __dict__")
try: A.__mro__ = ()
except AttributeError as e: print(type(e).__name__)
print(type(A.__dict__).__name__, type(A().__dict__).__name__, "__module__" in A.__dict__, A.__module__)
try: A.__dict__["x"] = 1
except TypeError as e: print(e)
print([k.__name__ for k in (int, str, float, complex, bool, bytes, list, tuple, dict, set, frozenset, range, slice, object, type, property, staticmethod, classmethod, super, enumerate, zip, map, filter, reversed, bytearray, memoryview)])
print(int.__doc__ is not None, str.__call__("x") if False else str("x"), type("x")("y"), type([])((1, 2)), type(5)("7"))
