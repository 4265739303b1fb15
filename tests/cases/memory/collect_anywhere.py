# gc.collect() in the middle of everything: nothing that is still needed goes.
import gc
class Thing:
    def __init__(self, name): self.name = name
    def __repr__(self): return f"<{self.name}>"
    def __add__(self, other): gc.collect(); return Thing(self.name + other.name)
    def __eq__(self, other): gc.collect(); return self.name == other.name
    def __hash__(self): gc.collect(); return hash(self.name)
    def __enter__(self): gc.collect(); return Thing("entered " + self.name)
    def __exit__(self, *args): gc.collect(); return True
    def __getattr__(self, name): gc.collect(); return Thing(name)
    def __getitem__(self, key): gc.collect(); return Thing(str(key))
    def __iter__(self):
        for letter in self.name:
            gc.collect()
            yield Thing(letter)
    def __bool__(self): gc.collect(); return bool(self.name)
    def __call__(self, *args, **kwargs): gc.collect(); return [self, args, kwargs]
    def __format__(self, spec): gc.collect(); return self.name + spec
    def __index__(self): gc.collect(); return len(self.name)
    def __set_name__(self, owner, name): gc.collect(); self.where = name
def make(name, *rest):
    gc.collect()
    return Thing(name)
def three(a, b, c, *, d=Thing("default"), **rest):
    gc.collect()
    return [a, b, c, d, rest]
print(three(make("a"), make("b"), make("c"), d=make("d"), e=make("e")), three(*[make("x"), make("y")], make("z"), **{"k": make("v")}))
print(make("a") + make("b") + make("c"), make("a") == make("a"), {make("k"): make("v"), make("k"): make("w")}, {make("s"), make("s")})
with make("one") as one, make("two") as two:
    gc.collect()
    print(one, two)
    raise ValueError(make("lost"))
a, *b = make("abc")
print(a, b, [x + y for x in make("ab") for y in make("cd")], {x: make("v") for x in make("q")})
print(make("o").attribute, make("o")[1], make("f")(make("p"), q=make("r")), f"{make('g')}{make('h'):>>}" + "tail")
print(make("x") and make("y") or make("z"), not make(""), [1, 2, 3, 4][make("12"):make("123")], make("c") if make("t") else make("e"))
class Body:
    first = make("first")
    second = [first, make("second"), gc.collect() * 0]
    def method(self, value=make("default")): return [self.first, value, gc.collect() * 0, super().__init__()]
print(Body().method(), Body.second, Body.first.where)
def generator(n):
    kept = make("kept")
    got = yield [kept, make("yielded"), gc.collect() * 0]
    yield from inner(got)
    return [kept, got]
def inner(got):
    try:
        gc.collect()
        yield got
        gc.collect()
        yield [make("inner"), got]
    finally:
        gc.collect()
g = generator(1)
print(next(g), g.send(make("sent")), next(g), next(g, make("end")))
def delegating():
    result = yield from generator(2)
    gc.collect()
    yield result
print(list(delegating()), [make("before"), *delegating(), make("after")])
def handlers():
    try:
        raise KeyError(make("key"))
    except KeyError as error:
        gc.collect()
        try:
            raise ValueError(make("value"))
        except ValueError as inner:
            gc.collect()
            return [error.args, inner.args, inner.__context__ is error, gc.collect() * 0]
        finally:
            gc.collect()
print(handlers(), sorted([make("b"), make("a")], key=lambda t: [gc.collect(), t.name][1]), list(map(make, "xy")), max(make("m"), make("n"), key=repr))
def recursive(n, *held):
    return [make(str(n)), *recursive(n - 1, make("h"), *held)] if n else [gc.collect() * 0, held]
print(recursive(4))
match make("subject"):
    case Thing(name="subject") as found if gc.collect() * 0 == 0:
        print(found)
x = [make("p")]
x[0] += make("q")
x[gc.collect() * 0] = [x[0], make("r")]
print(x, [make("s"), gc.collect() * 0, (make("t"), gc.collect() * 0, {make("u").name: gc.collect() * 0})])
