# Generators as consumers: priming, broadcasting, filters, closing a chain.
def coroutine(fn):
    def start(*a, **k):
        g = fn(*a, **k); next(g)
        return g
    return start
@coroutine
def sink(name, out):
    try:
        while True: out.append((name, (yield)))
    except GeneratorExit: out.append((name, "closed"))
@coroutine
def broadcast(*targets):
    try:
        while True:
            item = yield
            for t in targets: t.send(item)
    finally:
        for t in targets: t.close()
@coroutine
def only(predicate, target):
    try:
        while True:
            if predicate(item := (yield)): target.send(item)
    finally: target.close()
@coroutine
def running(target):
    total = 0
    try:
        while True: total += yield; target.send(total)
    finally: target.close()
out = []
pipe = broadcast(only(lambda x: x % 2, sink("odd", out)), running(sink("sum", out)), sink("all", out))
for i in range(4): pipe.send(i)
pipe.close()
for line in out: print(*line)
try: pipe.send(1)
except StopIteration: print("stopped")
def chain_map(fs):
    def run(x):
        for f in fs: x = f(x)
        return x
    return run
print([chain_map([str, len])(x) for x in (5, 500, "text")])
def windows(it, n):
    buffer = []
    for x in it:
        buffer.append(x)
        if len(buffer) == n: yield tuple(buffer); buffer.pop(0)
print(list(windows(range(6), 3)), list(windows("ab", 3)))
def interleave(*its):
    its = [iter(i) for i in its]
    while its:
        for i in list(its):
            try: yield next(i)
            except StopIteration: its.remove(i)
print("".join(interleave("abc", "12", "xyzw")))
def permute(xs):
    if not xs: yield []
    for i, x in enumerate(xs):
        for rest in permute(xs[:i] + xs[i + 1:]): yield [x, *rest]
print(["".join(p) for p in permute("abc")], sum(1 for _ in permute(list(range(5)))))
