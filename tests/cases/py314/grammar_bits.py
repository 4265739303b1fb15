# python: 3.14
# Smaller things since 3.12: except without parentheses, inlined comprehensions, sum of floats, complex mixed arithmetic.
def f(e):
    try: raise e
    except ValueError, TypeError: return "two without parentheses"
    except KeyError: return "one"
print(f(ValueError()), f(TypeError()), f(KeyError()))
try: raise ExceptionGroup("g", [OSError(1), ValueError(2)])
except* OSError, ValueError: print("group without parentheses")
print(sum([0.1] * 10), sum([1e100, 1.0, -1e100]), sum([0.1, 0.2, 0.3]), sum([1, 0.1, 0.2]))
print(1.5 - 0j, 0.0 - 0j, complex(1, -0.0) + 2, 2 * complex(1, -0.0), 1j * float("inf"))
def locals_in_comprehension():
    x = 1
    return [sorted(locals()) for y in range(1)]
print(locals_in_comprehension())
def unbound():
    try: print([q for _ in range(1)])
    except NameError as error: print(type(error).__name__, error)
    q = 1
unbound()
class C:
    items = [1, 2]
    doubled = [x * 2 for x in items]
print(C.doubled)
print("%.2z" % 1 if False else f"{-0.0001:z.2f}", 5 .bit_count(), max(1, 2, key=lambda v: -v))
def g():
    for i in range(2):
        try: yield i
        finally: print("finally", i)
print(list(g()))
import math
print(math.sumprod([1, 2], [3, 4]), list(map(lambda a, b: a + b, [1], [2], strict=True)))
try: list(map(lambda a, b: a, [1, 2], [1], strict=True))
except ValueError as e: print(e)
from itertools import batched
print(list(batched("abcdefg", 3)))
print(complex("1j"), complex.from_number(3), float.from_number(2), "ab".isascii())
try: {}[[]]
except TypeError as e: print(e)
try: int("9" * 5000)
except ValueError as e: print(str(e)[:60])
