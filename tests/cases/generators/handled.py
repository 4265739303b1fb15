# What is being handled belongs to a generator or to the one who resumes it, and a throw chains only with what the generator handles.
import sys


def current():
    return repr(sys.exc_info()[1])


def handling():
    try:
        raise ValueError("inner")
    except ValueError:
        yield current()
    yield current()
    try:
        yield current()
    except KeyError as error:
        yield repr(error.__context__)
    yield current()


generator = handling()
try:
    raise IndexError("first")
except IndexError:
    print(next(generator))
print(next(generator))
try:
    raise OSError("second")
except OSError:
    print(next(generator), current())
try:
    raise LookupError("third")
except LookupError:
    print(generator.throw(KeyError("thrown")), current())
print(next(generator), current())


def throws():
    try:
        raise ValueError("handled in the generator")
    except ValueError:
        yield


try:
    raise OSError("handled by the caller")
except OSError:
    generator = throws()
    next(generator)
    try:
        generator.throw(KeyError("thrown"))
    except KeyError as error:
        print(repr(error.__context__), repr(error.__context__.__context__))


def waits():
    yield


try:
    raise OSError("handled by the caller")
except OSError:
    generator = waits()
    next(generator)
    try:
        generator.throw(KeyError("thrown"))
    except KeyError as error:
        print(repr(error.__context__))
