# The frame of a generator: gi_frame while it can go on, None afterwards; its line and variables where it stands.
import sys
def gen(a):
    b = a + 1
    got = yield b
    yield from inner(got)
    return 5
def inner(x):
    y = x * 2
    yield y
    yield sys._getframe()
g = gen(1)
first = gen.__code__.co_firstlineno
frame = g.gi_frame
print(type(frame).__name__, frame is g.gi_frame, frame.f_lineno - first, frame.f_locals, frame.f_back, frame.f_code is gen.__code__)
print(next(g), frame is g.gi_frame, frame.f_lineno - first, frame.f_locals, frame.f_back, g.gi_yieldfrom)
print(g.send(10), frame.f_lineno - first, frame.f_locals, g.gi_yieldfrom.gi_frame.f_locals, g.gi_suspended)
delegate = g.gi_yieldfrom
running = next(g)
print(running is delegate.gi_frame, running.f_locals, running.f_back)
print(list(g), g.gi_frame, delegate.gi_frame, g.gi_yieldfrom, g.gi_running, frame.f_code.co_name)
def seen():
    me = sys._getframe()
    yield me, me is it.gi_frame, me.f_back.f_code.co_name
it = seen()
print(next(it)[1:], it.gi_frame is not None)
def caller():
    return next(again)
def back():
    yield sys._getframe().f_back.f_code.co_name
    yield sys._getframe().f_back.f_code.co_name
again = back()
print(next(again), caller(), again.gi_frame.f_back)
fresh = gen(0)
fresh.gi_frame.clear()
print(fresh.gi_frame, list(fresh))
closed = gen(0)
next(closed)
closed.close()
print(closed.gi_frame, gen(0).gi_frame.f_globals is globals())
class Wait:
    def __await__(self):
        yield "waiting"
async def work():
    value = 3
    await Wait()
    return value
c = work()
print(dict(c.cr_frame.f_locals), c.send(None), c.cr_frame.f_locals, c.cr_await is not None)
try:
    c.send(None)
except StopIteration as stop:
    print(stop.value, c.cr_frame, c.cr_await)
async def many():
    item = 1
    yield item
a = many()
print(a.ag_frame.f_code.co_name, dict(a.ag_frame.f_locals))
try:
    a.asend(None).send(None)
except StopIteration as stop:
    print(stop.value, a.ag_frame.f_locals)
