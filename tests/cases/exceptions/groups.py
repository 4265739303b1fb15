# Exception groups and except*: splitting, nesting, re-raising, naked exceptions.
def show(g, depth=0):
    print("  " * depth + repr(g) if not isinstance(g, BaseExceptionGroup) else "  " * depth + f"{type(g).__name__} {g.message!r}")
    if isinstance(g, BaseExceptionGroup):
        for e in g.exceptions: show(e, depth + 1)
g = ExceptionGroup("top", [ValueError(1), TypeError("t"), ExceptionGroup("nested", [ValueError(2), KeyError("k")])])
show(g)
print(g, repr(g), len(g.exceptions))
match, rest = g.split(ValueError)
show(match); show(rest)
show(g.subgroup(lambda e: isinstance(e, KeyError)))
print(g.subgroup(OSError), g.split((ValueError, TypeError, KeyError))[1])
def handle(error):
    log = []
    try:
        try: raise error
        except* ValueError as eg: log.append(("V", [repr(e) for e in eg.exceptions]))
        except* (TypeError, KeyError) as eg: log.append(("TK", len(eg.exceptions)))
        else: log.append("else")
        finally: log.append("finally")
    except BaseException as e: log.append(("left", repr(e)))
    return log
for error in (g, ValueError("naked"), OSError("unhandled"), ExceptionGroup("g", [OSError("left"), ValueError("taken")]), BaseExceptionGroup("b", [KeyboardInterrupt(), ValueError(3)])):
    print(handle(error))
try:
    try: raise ExceptionGroup("eg", [ValueError("v"), TypeError("t")])
    except* ValueError: raise KeyError("new")
    except* TypeError as e: print("TypeError part", e.exceptions)
except Exception as e: show(e)
try:
    try: raise ExceptionGroup("again", [ValueError("v"), TypeError("t")])
    except* ValueError: raise
except Exception as e: show(e)
try:
    try: pass
    except* ValueError: print("never")
    else: print("no error: else")
finally: print("done")
for args in (("m",), ("m", []), ("m", 5), ("m", [5]), (5, [ValueError()]), ("m", [KeyboardInterrupt()])):
    try: print(repr(ExceptionGroup(*args)))
    except (TypeError, ValueError) as e: print(type(e).__name__, e)
print(type(BaseExceptionGroup("x", [ValueError()])).__name__, type(BaseExceptionGroup("x", [SystemExit()])).__name__)
class My(ExceptionGroup):
    def derive(self, excs): return My(self.message, excs)
m = My("my", [ValueError(), OSError()])
print([type(p).__name__ for p in m.split(OSError)], type(m.subgroup(ValueError)).__name__)
try:
    try: raise ValueError("x")
    except* ExceptionGroup: pass
except TypeError as e: print(e)
try:
    try: raise ValueError("cause")
    except* ValueError as eg: raise KeyError("k") from eg
except* KeyError as k: print(repr(k.exceptions[0].__cause__))
for i in range(2):
    try:
        if i: raise ValueError(i)
    except* ValueError: print("caught in loop", i)
