# Special methods of native classes: their kinds, their messages; native attributes that are members.
# oracle: 3.14
for function in int.__add__, (1).__add__, list.append, [].append, list.__getitem__, dict.__contains__, {}.__contains__, [].__len__, object.__init__, str.__format__, list.__reversed__, int.__new__, len:
    print(type(function).__name__, function.__name__, function.__qualname__, repr(function).split(" at ")[0])
print((1).__add__.__self__, (1).__add__.__objclass__, int.__add__.__objclass__, int.__add__.__get__(2)(3), (1).__add__ == (1).__add__)
for call in (lambda: int.__add__(), lambda: int.__add__("a", 1), lambda: (1).__add__(), lambda: (1).__add__(1, 2), lambda: [].__len__(1), lambda: [].__setitem__(1), lambda: (1).__add__(x=1), lambda: list.append("a", 1), lambda: list.append(), lambda: setattr(slice(1), "stop", 2), lambda: setattr(range(1), "stop", 2), lambda: setattr(1j, "real", 2), lambda: setattr(1, "real", 2), lambda: setattr(len, "__name__", "x"), lambda: setattr(call, "__closure__", None)):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
class Number(int):
    pass
print(type(Number.__add__).__name__, Number(3).__add__(4), Number.__add__ is int.__add__, range(3).__len__(), slice.stop, range.start)
nan = float("nan")
other = float("nan")
print(nan in [nan], other in [nan], nan == nan, [nan] == [nan], [nan] == [other], {nan: 1}.get(nan), {nan: 1}.get(other), len({nan, other}), nan is -nan, +nan is nan)
print([nan, 1.0, nan].index(nan), [nan, nan].count(other), (nan,) == (nan,), sorted([2.0, 1.0]), nan - nan == 0, abs(nan) is nan)
