# What a profile function is told, and that it is called for what it was set in.
import sys

log = []


def profiler(frame, event, arg):
    name = frame.f_code.co_name
    if event.startswith("c_"):
        arg = arg.__name__
    if arg not in ("setprofile",):
        log.append((name, event, arg))


def leaf(n):
    return len([1] * n)


def generator():
    yield 1
    yield 2


def work():
    leaf(2)
    list(generator())
    try:
        int("x")
    except ValueError:
        pass
    [].append(1)
    sum(range(3))


def raises():
    raise KeyError


sys.setprofile(profiler)
work()
try:
    raises()
except KeyError:
    pass
sys.setprofile(None)
for entry in log:
    print(*entry)


def failing(frame, event, arg):
    raise RuntimeError("in the profiler")


sys.setprofile(failing)
try:
    leaf(1)
except RuntimeError as error:
    print(error, sys.getprofile())


def tracer(frame, event, arg):
    return None if frame.f_code.co_name == "leaf" else tracer


def outer():
    frame = sys._getframe()
    seen = []

    def local(frame, event, arg):
        seen.append((frame.f_lineno - frame.f_code.co_firstlineno, event))
        return local

    sys.settrace(tracer)
    frame.f_trace = local
    x = 1
    leaf(x)
    sys.settrace(None)
    y = 2
    print(seen)


outer()


def jumps(limit):
    trail = []

    def local(frame, event, arg):
        if event == "line" and frame.f_lineno == frame.f_code.co_firstlineno + 2 and len(trail) < limit:
            frame.f_lineno = frame.f_code.co_firstlineno + 1
        return local

    def target():
        trail.append(1)
        trail.append(2)
        return trail

    sys.settrace(lambda *args: local)
    try:
        return target()
    finally:
        sys.settrace(None)


print(jumps(0), jumps(4))
