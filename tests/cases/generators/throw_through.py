# Throwing into generators that delegate: their frames are on the stack, and each handles exceptions of its own.
import sys


def names():
    frame, found = sys._getframe(1), []
    while frame and frame.f_code.co_name != "<module>":
        found.append(frame.f_code.co_name)
        frame = frame.f_back
    return found


def inner():
    try:
        yield names()
    except ValueError as error:
        print("inner:", error, names())
        yield "caught"
    return "result"


def outer():
    result = yield from inner()
    print("outer got", result, names())
    yield "after"


def run():
    generator = outer()
    print(next(generator))
    print(generator.throw(ValueError("thrown")))
    print(generator.gi_yieldfrom is not None, generator.gi_frame.f_back)
    print(next(generator), generator.gi_yieldfrom)


run()


def passes():
    yield from fails()


def fails():
    yield 1


generator = passes()
next(generator)
try:
    generator.throw(KeyError("no one catches it"))
except KeyError as error:
    lines, traceback = [], error.__traceback__
    while traceback:
        lines.append((traceback.tb_frame.f_code.co_name, traceback.tb_lineno))
        traceback = traceback.tb_next
    print(lines, error.__context__, traceback)


# What a generator handles is its own, also when its caller handles the same exception, and from wherever it is resumed.
def handles():
    try:
        yield sys.exc_info()[1]
    except ValueError:
        yield sys.exc_info()[1]
        yield sys.exc_info()[1]
    yield sys.exc_info()[1]


generator = handles()
next(generator)
try:
    raise ValueError("same")
except ValueError as error:
    print(repr(generator.throw(error)), error.__context__)
print(repr(next(generator)))
try:
    raise KeyError("other")
except KeyError:
    print(repr(next(generator)))
print(sys.exc_info()[1])


# A finished generator and its frame part.
def finishes():
    frames.append(sys._getframe())
    yield 1


frames = []
list(finishes())
print(frames[0].f_back, frames[0].f_code.co_name)

# A class whose instances are no exceptions, and one that cannot be made: both are thrown.


class NoException(Exception):
    def __new__(cls, *args):
        return cls


class Fails(Exception):
    def __init__(self):
        raise RuntimeError("cannot be made")


def catches():
    while True:
        try:
            yield
        except Exception as error:
            print(type(error).__name__, "calling" in str(error) or error)


generator = catches()
next(generator)
generator.throw(NoException)
generator.throw(Fails)
for wrong in (5, "text", int):
    try:
        generator.throw(wrong)
    except TypeError as error:
        print(error)
