# Generators: laziness, state, send, return values, expression results.
def count(n):
    print("started")
    for i in range(n):
        got = yield i
        if got is not None: print("got", got)
    return "result"
g = count(3)
print("created", type(g).__name__, iter(g) is g)
print(next(g), g.send("hello"), next(g))
try: next(g)
except StopIteration as stop: print(stop.value, stop.args)
try: next(g)
except StopIteration as stop: print(stop.value)
print(next(g, "default"), list(g), list(count(2)), sum(i * i for i in range(4)))
def empty():
    return "no yields run"
    yield
print(list(empty()))
def infinite():
    n = 0
    while True: yield n; n += 1
it = infinite()
print([next(it) for _ in range(5)], [x for x, _ in zip(infinite(), "abc")])
def echo():
    received = None
    while True: received = yield received
e = echo(); next(e)
print(e.send(1), e.send([2]), e.send(None))
try: echo().send(5)
except TypeError as error: print(error)
def expressions():
    x = (yield 1) + (yield 2)
    y = yield x, (yield)
    print("y", y)
    z = [(yield "a"), (yield "b")]
    yield z
g = expressions()
print(next(g), g.send(10), g.send(20), g.send("in"), g.send("Y"), g.send("A"), g.send("B"))
def fib(limit):
    a, b = 0, 1
    while a < limit:
        yield a
        a, b = b, a + b
print(*fib(100)); a, b, *c = fib(20); print(a, b, c, max(fib(50)), 13 in fib(100), dict(zip("ab", fib(9))))
def pipeline(src, *stages):
    for stage in stages: src = stage(src)
    return src
def evens(s): yield from (x for x in s if x % 2 == 0)
def squares(s):
    for x in s: yield x * x
print(list(pipeline(range(10), evens, squares)))
g = (print("body", i) or i for i in range(2))
print("lazy"); print(list(g))
class Tree:
    def __init__(self, v, l=None, r=None): self.v, self.l, self.r = v, l, r
    def __iter__(self):
        if self.l: yield from self.l
        yield self.v
        if self.r: yield from self.r
print(list(Tree(2, Tree(1), Tree(4, Tree(3), None))))
def args(a, *b, k=1, **c): yield a; yield b; yield k; yield c
print(list(args(1, 2, 3, k=4, z=5)))
try: args()
except TypeError as error: print(error)
print(g.gi_frame, g.gi_running, count.__name__, count(1).__name__, count(1).gi_code.co_name)
