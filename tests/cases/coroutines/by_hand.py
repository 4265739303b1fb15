# Coroutines driven by hand: await, __await__, return values, send, throw, close, errors.
# oracle: 3.14
class Suspend:
    def __init__(self, v): self.v = v
    def __await__(self):
        got = yield self.v
        return got
async def leaf(x):
    got = await Suspend(("leaf", x))
    return got * 2
async def root():
    a = await leaf(1)
    b = await leaf(2)
    return a + b
c = root()
print(type(c).__name__, c.cr_code.co_name, c.__name__)
print(c.send(None), c.send(10))
try: c.send(20)
except StopIteration as s: print("returned", s.value)
def run(coro):
    log = []
    try:
        value = None
        while True:
            value = coro.send(value)
            log.append(value)
            value = len(log)
    except StopIteration as s: return log, s.value
print(run(root()))
async def plain(): return 5
async def nothing(): pass
print(run(plain()), run(nothing()))
async def catches():
    try: await Suspend("waiting")
    except ValueError as e: return f"caught {e}"
    finally: print("finally")
c = catches(); c.send(None)
try: c.throw(ValueError("thrown in"))
except StopIteration as s: print(s.value)
c = catches(); c.send(None); c.close()
try: c.send(None)
except RuntimeError as e: print(e)
async def raises(): raise KeyError("out")
try: run(raises())
except KeyError as e: print("came out", e)
for bad in (5, None, [1]):
    async def wrong(): await bad
    try: run(wrong())
    except TypeError as e: print(e)
class BadAwait:
    def __await__(self): return 5
class ListAwait:
    def __await__(self): return iter([1, 2])
async def w(x): return await x
for o in (BadAwait(), ListAwait()):
    try: print(run(w(o)))
    except (TypeError, AttributeError) as e: print(e)
c = plain()
try: iter(c)
except TypeError as e: print(e)
try: [x for x in c]
except TypeError as e: print(e)
print(run(c))
try: c.send(None)
except RuntimeError as e: print(e)
async def comp(): return [await leaf(i) for i in range(2)], {i: await leaf(i) for i in (1,)}, [x for x in range(2) if await leaf(x) or True]
print(run(comp()))
async def ret_await(flag): return (await leaf(1)) if flag else await plain()
print(run(ret_await(True)), run(ret_await(False)))
class Obj:
    async def method(self, x): return x, await plain()
    async def __aenter__(self): print("aenter"); await Suspend("entering"); return self
    async def __aexit__(self, *a): print("aexit", a[0] and a[0].__name__); await Suspend("leaving"); return a[0] is ValueError
print(run(Obj().method(3)))
async def withs():
    async with Obj() as o, Obj(): print("body", type(o).__name__)
    async with Obj(): raise ValueError("swallowed")
    return "after"
print(run(withs()))
async def bad_with():
    async with 5: pass
try: run(bad_with())
except TypeError as e: print(str(e)[:60])
lam = [lambda: i for i in range(2)]
async def closure(): return [f() for f in lam], await (lambda: plain())()
print(run(closure()))
