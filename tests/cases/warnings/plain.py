# How warnings are issued while the module `warnings` was not imported.
# oracle: 3.14
# expect-stderr-contains: plain.py:11: DeprecationWarning: in main
# expect-stderr-contains: plain.py:19: UserWarning: of the caller
# expect-stderr-contains: plain.py:21: UserWarning: of the caller
# expect-stderr-contains: <sys>:0: RuntimeWarning: beyond the stack
import _warnings


def old():
    _warnings.warn("in main", DeprecationWarning)


def above():
    _warnings.warn("of the caller", stacklevel=2)

old()
for _ in range(2):
    above()

above()
_warnings.warn("beyond the stack", RuntimeWarning, 99)
_warnings.warn("nobody sees this", ImportWarning)
for key in __warningregistry__:
    print(key)

_warnings.filters.insert(0, ("error", None, UserWarning, "__main__", 0))
try:
    _warnings.warn("an error now")
except UserWarning as error:
    print(repr(error))
for arguments in [("x", int), ("x", 3), (UserWarning("x"), 3)]:
    try:
        _warnings.warn(*arguments)
    except (TypeError, UserWarning) as error:
        print(type(error).__name__, error)
