# A small scheduler of coroutines: round robin, queues, cancellation.
class Yield:
    def __await__(self): yield
class Queue:
    def __init__(self): self.items = []
    async def get(self):
        while not self.items: await Yield()
        return self.items.pop(0)
    def put(self, x): self.items.append(x)
class Task:
    def __init__(self, name, coro): self.name, self.coro, self.result, self.cancelled = name, coro, None, False
class Cancelled(Exception): pass
class Loop:
    def __init__(self): self.ready = []; self.steps = 0
    def spawn(self, name, coro):
        t = Task(name, coro); self.ready.append(t); return t
    def run(self):
        while self.ready:
            t = self.ready.pop(0)
            self.steps += 1
            try:
                if t.cancelled: t.coro.throw(Cancelled("please"))
                else: t.coro.send(None)
            except StopIteration as s: t.result = s.value; print("done", t.name, s.value)
            except Cancelled: print("cancelled", t.name)
            except Exception as e: print("failed", t.name, repr(e))
            else: self.ready.append(t)
loop = Loop(); q = Queue()
async def producer(n):
    for i in range(n):
        q.put(i); await Yield()
    q.put(None)
    return "produced"
async def consumer():
    total = 0
    while (x := await q.get()) is not None: total += x
    return total
async def forever():
    try:
        while True: await Yield()
    finally: print("forever cleans up")
async def fails(): await Yield(); raise ValueError("oops")
async def canceller(t): 
    for _ in range(3): await Yield()
    t.cancelled = True
    return "cancelled it"
f = loop.spawn("forever", forever())
loop.spawn("producer", producer(4)); c = loop.spawn("consumer", consumer()); loop.spawn("fails", fails()); loop.spawn("canceller", canceller(f))
loop.run()
print(c.result, loop.steps)
