# * and ** inside displays and calls: order, duplicates, errors.
a, b = [1, 2], (3,)
print([*a, *b, 4], (*a, *b), {*a, *b}, [*"ab", *range(2), *{}], {**{"x": 1}, "y": 2, **{"x": 3}}, *a, *b, sep=",")
def f(*args, **kw):
    return args, kw
print(f(*a, 9, *b, k=1, **{"m": 2}, **{}), f(*"xy", **dict(q=1)), f(*[], **{}), f(*{1: 2}), f(*(i for i in range(3))))
print(f(1, *[2], 3, *(4,), x=5, *[6]))
def order(label, value):
    print("eval", label, end=" ")
    return value
print(f(order("a", 1), *order("b", [2]), order("c", 3), k=order("d", 4), **order("e", {"z": 5})))
print([order("x", 1), *order("y", (2,))], {order("k", "k"): order("v", "v"), **order("m", {})})
def named(a, b=2, *, c=3):
    return a, b, c
print(named(*[1]), named(*[1, 5], c=6), named(**{"a": 1, "c": 2}), named(1, **{"b": 7}))
for call in (lambda: f(*5), lambda: f(**5), lambda: f(**{"a": 1}, **{"a": 2}), lambda: f(a=1, **{"a": 2}), lambda: named(1, **{"a": 2}), lambda: f(**{5: 1}), lambda: [*5], lambda: {**5}, lambda: {*5}, lambda: named(*[1, 2, 3]), lambda: named(**{"zz": 1}), lambda: (*None,), lambda: named(*[1], **{"q": 1})):
    try:
        print(call())
    except TypeError as error:
        print(error)
def ret():
    return 1, *a
def gen():
    yield 0, *a
print(ret(), list(gen()), [x for x in (*a, *b)], {k: v for k, v in {**{"a": 1}}.items()})
for x in *a, *b:
    print(x, end=" ")
print()
t = *a, *b
print(t, t[1:], (*t,) is t, [*t] == list(t))
class It:
    def __iter__(self):
        return iter("it")
class Mp:
    def keys(self):
        return iter(["k"])
    def __getitem__(self, k):
        return 42
print([*It()], f(*It(), **Mp()), {**Mp(), "k": 1})
