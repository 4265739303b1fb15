# Which handler takes an exception; dynamic classes; non-classes; the name is unbound afterwards.
class A(Exception): pass
class B(A): pass
class C(B, KeyError): pass
def which(error):
    try: raise error
    except C: return "C"
    except B: return "B"
    except (KeyError, IndexError): return "Key or Index"
    except LookupError: return "Lookup"
    except ArithmeticError as e: return "Arithmetic " + type(e).__name__
    except Exception: return "Exception"
    except BaseException: return "Base"
print([which(e) for e in (C(), B(), A(), KeyError(), IndexError(), LookupError(), ZeroDivisionError(), OverflowError(), OSError(), KeyboardInterrupt(), SystemExit(), GeneratorExit(), C, B, StopIteration)])
kinds = (ValueError, (TypeError, (KeyError,)) if False else TypeError)
try: raise TypeError
except kinds: print("dynamic tuple")
def pick(): print("evaluated"); return ValueError
try: raise ValueError
except pick(): print("dynamic class")
try: pass
except pick(): print("never")
for bad in (5, "x", (ValueError, 5), [ValueError], int):
    try:
        try: raise ValueError("original")
        except bad: print("caught?")
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
for bad in (5, "text", int, None):
    try: raise bad
    except TypeError as e: print(e)
try: raise
except RuntimeError as e: print(e)
try: raise ValueError from 5
except TypeError as e: print(e)
e = "outer"
try: raise ValueError
except ValueError as e: pass
try: e
except NameError as error: print(error)
try:
    try: raise KeyError("k")
    except KeyError as err:
        del err
        print("deleted inside")
except NameError as n: print(n)
class NotException: pass
try: raise NotException()
except TypeError as t: print(t)
class MetaBase(type):
    def __subclasscheck__(cls, sub): print("subclasscheck"); return True
class Odd(Exception, metaclass=MetaBase): pass
try:
    try: raise ValueError("not Odd")
    except Odd: print("never")
except ValueError as v: print(v)
class InitFails(Exception):
    def __init__(self): raise KeyError("init")
try: raise InitFails
except KeyError as k: print(repr(k))
class NewOther(Exception):
    def __new__(cls): return 5
try: raise NewOther
except TypeError as t: print(t)
