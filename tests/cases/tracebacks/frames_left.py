# The frames of a traceback after an exception has left them: variables, callers, identity, clear().
import sys


def down(name, n):
    level = n
    captured = [n]

    def show():
        return captured

    if n == 0:
        raise KeyError(name)
    return down(name, n - 1)


def frames(traceback):
    found = []
    while traceback:
        found.append((traceback.tb_frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    return found


try:
    down("k", 3)
except KeyError as error:
    found = frames(error.__traceback__)
    print([(frame.f_code.co_name, line, frame.f_lineno == line) for frame, line in found])
    print([(frame.f_locals["level"], frame.f_locals["captured"]) for frame, _ in found[1:]])
    inner, chain = found[-1][0], []
    while inner is not None:
        chain.append(inner.f_code.co_name)
        inner = inner.f_back
    print(chain)
    print([frame is again for (frame, _), (again, _) in zip(found, frames(error.__traceback__))])
    print(found[2][0].f_back is found[1][0], found[1][0].f_back is sys._getframe())
    found[2][0].clear()
    print(found[2][0].f_locals, sorted(found[3][0].f_locals))


def key(x):
    raise OSError(x)


# Native code between the frames, which handles the exception or does not.
try:
    sorted([1], key=key)
except OSError as error:
    frame = error.__traceback__.tb_next.tb_frame
    print(frame.f_back is sys._getframe(), frame.f_locals)


class Missing:
    def __getattr__(self, name):
        self.__dict__.setdefault("asked", []).append(name)
        raise AttributeError(name)


missing = Missing()
print(hasattr(missing, "a"), getattr(missing, "b", 5), missing.__dict__)


# A frame that handles one exception and is left by another has one object for both.
def twice():
    first = None
    try:
        raise ValueError(1)
    except ValueError as error:
        first = error
    raise TypeError(first)


try:
    twice()
except TypeError as error:
    frame = error.__traceback__.tb_next.tb_frame
    print(frame is error.args[0].__traceback__.tb_frame, frame.f_locals["first"] is error.args[0])
    print(frame.f_back is sys._getframe(), error.args[0].__traceback__.tb_lineno - frame.f_lineno)


# An exception that is raised again elsewhere keeps its first frames.
def again(error):
    mark = "again"
    raise error


try:
    try:
        down("z", 1)
    except KeyError as error:
        again(error)
except KeyError as error:
    print([(frame.f_code.co_name, frame.f_locals.get("mark")) for frame, _ in frames(error.__traceback__)])


class Body:
    pass


try:
    class Broken:
        kept = 5
        raise RuntimeError("in a class")
except RuntimeError as error:
    print(error.__traceback__.tb_next.tb_frame.f_locals["kept"])
