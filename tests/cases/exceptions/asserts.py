# assert: message, falsy conditions, tuple message, and that the message is lazy.
def check(condition, *message):
    try:
        if message: assert condition, message[0]
        else: assert condition
        return "passed"
    except AssertionError as e: return repr(e)
print(check(True), check(False), check(0, "zero"), check([], 5), check([1]), check(None, ("a", "b")), check("", None))
def lazy():
    print("message evaluated")
    return "m"
assert True, lazy()
try: assert 1 > 2, lazy()
except AssertionError as e: print(e, e.args)
try: assert not 5
except AssertionError as e: print(repr(str(e)), e.args, e.__context__)
def f(x):
    assert isinstance(x, int), f"not an int: {x!r}"
    assert x > 0; assert x < 10, "too big"
    return x
for v in (5, "s", -1, 50):
    try: print(f(v))
    except AssertionError as e: print("failed:", e)
print(__debug__)
if __debug__: print("debug on")
AssertionError2 = AssertionError
AssertionError = ValueError
try: assert False, "still AssertionError"
except AssertionError2 as e: print(type(e).__name__, e)
