# async for, asynchronous generators and comprehensions, driven by hand.
class Suspend:
    def __init__(self, v): self.v = v
    def __await__(self): return (yield self.v)
def run(coro):
    log = []
    try:
        while True: log.append(coro.send(None))
    except StopIteration as s: return log, s.value
class AIter:
    def __init__(self, n): self.n, self.i = n, 0
    def __aiter__(self): return self
    async def __anext__(self):
        self.i += 1
        if self.i > self.n: raise StopAsyncIteration
        await Suspend(f"next {self.i}")
        return self.i
async def loop():
    out = []
    async for x in AIter(3):
        if x == 2: continue
        out.append(x)
    else: out.append("else")
    async for x in AIter(3):
        if x == 2: break
    else: out.append("never")
    return out, x
print(run(loop()))
async def agen(n):
    try:
        for i in range(n):
            await Suspend("s")
            got = yield i
            if got: print("got", got)
    finally: print("agen finally")
async def consume():
    out = [x async for x in agen(3)]
    out2 = {x: y async for x in agen(2) for y in range(x)}
    out3 = {x async for x in agen(3) if x}
    g = (x * 2 async for x in agen(2))
    out4 = [y async for y in g]
    return out, out2, out3, out4
print(run(consume()))
async def manual():
    g = agen(5)
    print(type(g).__name__, g.__aiter__() is g)
    print(await g.__anext__(), await g.asend("hi"), await g.asend(None))
    try: await g.athrow(ValueError("thrown"))
    except ValueError as e: print("thrown back", e)
    try: await g.__anext__()
    except StopAsyncIteration: print("exhausted")
    h = agen(2); await h.__anext__(); await h.aclose()
    k = agen(1)
    await k.aclose()
    left = agen(1)
    print("closed", await anext(left), await anext(aiter(agen(0)), "default"))
    await left.aclose()
run(manual())
async def inner_return():
    yield 1
    return
async def stops():
    yield 1
    raise StopAsyncIteration("x")
async def check():
    print([x async for x in inner_return()])
    try:
        async for x in stops(): pass
    except RuntimeError as e: print(e)
    for bad in (5, [1]):
        try:
            async for x in bad: pass
        except TypeError as e: print(e)
    class BadAnext:
        def __aiter__(self): return self
        def __anext__(self): return 5
    try:
        async for x in BadAnext(): pass
    except TypeError as e: print(e)
    class NoAnext:
        def __aiter__(self): return 5
    try:
        async for x in NoAnext(): pass
    except TypeError as e: print(e)
run(check())
async def nested(): return [[y async for y in agen(x)] async for x in AIter(2)]
print(run(nested()))
