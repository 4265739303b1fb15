# Exception objects: args, str, repr, attributes, notes, hierarchy, equality.
for e in (Exception(), Exception("one"), Exception("one", 2), ValueError(None), KeyError("k"), KeyError(), KeyError(1, 2), IndexError("i"), StopIteration(5), OSError(2, "msg"), OSError("plain"), OSError(2, "No such", "file.txt"), SystemExit(3), UnicodeError("u"), ImportError("no", name="mod", path="p"), AssertionError(), NotImplementedError("n"), MemoryError(), RecursionError("r"), SyntaxError("bad"), StopAsyncIteration(1), AttributeError("a", name="n", obj=5), NameError("n", name="q")):
    print(type(e).__name__, repr(e), str(e), e.args)
print(StopIteration(5).value, StopIteration().value, SystemExit(3).code, SystemExit().code, SystemExit(1, 2).code, ImportError("x", name="m").name, OSError(2, "m", "f").errno, OSError(2, "m", "f").filename, OSError(2, "m").strerror, type(OSError(2, "m")).__name__, type(OSError(17, "m")).__name__, type(OSError(13, "x")).__name__, AttributeError("m", name="n", obj=1).name, KeyError("k").args[0], IOError is OSError, EnvironmentError is OSError)
class Custom(Exception):
    def __init__(self, code, *, detail=None):
        super().__init__(code, detail)
        self.code, self.detail = code, detail
    def __str__(self): return f"Custom {self.code}"
c = Custom(5, detail="d")
print(c, repr(c), c.args, c.code, c.detail)
class NoInit(ValueError): "doc"
class OwnInit(Exception):
    def __init__(self, a, b): self.a = a
print(repr(NoInit("x", 1)), NoInit.__doc__, OwnInit(1, 2).args, repr(OwnInit(1, 2)))
c.add_note("note one"); c.add_note("note two")
print(c.__notes__, ValueError("a") == ValueError("a"), hash(c) == hash(c), c.__dict__["code"])
e = ValueError("changed")
e.args = ("new", 1)
print(e, e.args)
e.custom = 1
print(e.__dict__)
for cls in (BaseException, Exception, KeyError, ZeroDivisionError, FileNotFoundError, UnicodeDecodeError, RecursionError, ModuleNotFoundError, UnboundLocalError, IndentationError, ConnectionResetError, StopAsyncIteration, KeyboardInterrupt, FloatingPointError, BlockingIOError, DeprecationWarning, ExceptionGroup):
    print(" > ".join(k.__name__ for k in cls.__mro__))
print(isinstance(ValueError(), Exception), issubclass(KeyError, LookupError), Exception.__module__, ValueError.__name__)
class Str(Exception):
    def __str__(self): raise RuntimeError("str fails")
try: str(Str())
except RuntimeError as e: print(e)
class Multi(KeyError, AttributeError): pass
print(Multi("x"), repr(Multi("x")))
for call in (lambda: ValueError(x=1), lambda: OSError(1, 2, x=3), lambda: UnicodeDecodeError("x"), lambda: Exception().nope, lambda: BaseException.__new__(int)):
    try: call()
    except Exception as e: print(type(e).__name__, e)
