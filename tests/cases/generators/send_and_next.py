# send() and next(): what is yielded, returned and raised, and where; generators that resume each other.
def echo():
    got = yield "first"
    try:
        while got != "end":
            got = yield got
    except ValueError as error:
        got = yield ("caught", error.args)
    return ("done", got)


it = echo()
print(next(it), it.send(1), it.send(None), next(it), it.throw(ValueError(7)))
try:
    it.send("x")
except StopIteration as error:
    print("stop", error.value, error.args)
for again in (lambda: next(it), lambda: it.send(3), lambda: next(it, "default")):
    try:
        print(again())
    except StopIteration as error:
        print("stop", error.value)
try:
    echo().send(3)
except TypeError as error:
    print(error)


def wrong():
    yield 1
    raise StopIteration(3)


it = wrong()
next(it)
try:
    it.send(0)
except RuntimeError as error:
    print(repr(error), repr(error.__cause__))


def selfish():
    yield next(me)


me = selfish()
try:
    next(me)
except ValueError as error:
    print(error)


async def answer():
    return 42


coroutine = answer()
try:
    coroutine.send(None)
except StopIteration as error:
    print(error.value)
try:
    coroutine.send(None)
except RuntimeError as error:
    print(error)


# Handled exceptions belong to each side.
import sys


def handling():
    try:
        raise KeyError("own")
    except KeyError:
        yield repr(sys.exception()) if hasattr(sys, "exception") else repr(sys.exc_info()[1])
        yield repr(sys.exc_info()[1])
    yield repr(sys.exc_info()[1])


it = handling()
print(next(it), sys.exc_info()[1])
try:
    raise OSError("outer")
except OSError:
    print(next(it), repr(sys.exc_info()[1]), next(it), repr(sys.exc_info()[1]))
print(sys.exc_info()[1])


# A pipeline in which each step sends to the next.
def stage(target, name):
    next(target)
    try:
        while True:
            target.send((name, (yield)))
    finally:
        target.close()


def sink(into):
    try:
        while True:
            into.append((yield))
    except GeneratorExit:
        into.append("closed")


into = []
head = stage(stage(sink(into), "b"), "a")
next(head)
for i in range(3):
    head.send(i)
head.close()
print(into)


def deep(n):
    if n:
        yield from deep(n - 1)
    yield n


def sends(n):
    total = 0
    for i in range(n):
        total += yield total
    return total


it = sends(1000)
next(it)
total = 0
try:
    for i in range(2000):
        total = it.send(i)
except StopIteration as error:
    print(total, error.value, i)
print(sum(deep(100)), list(deep(3)))

# The `send` of generators is not that of coroutines.
coroutine, generator = answer(), sends(2)
for method, receiver in ((type(generator).send, coroutine), (type(coroutine).send, generator)):
    try:
        print(method(receiver, None))
    except TypeError as error:
        print(error)
print(type(generator).send(generator, None))
coroutine.close()
