# A function's __code__ is replaced while frames and generators run the old one, which nothing else holds.
import gc
def other():
    yield 7
ns = {}
exec("def f():\n x = [1]\n yield x\n y = [z * 2 for z in x]\n yield y, len(y)\n yield 'text'\n", ns)
f = ns.pop("f")
g = f()
print(next(g))
f.__code__ = other.__code__
def churn():
    gc.collect()
    for i in range(50):
        exec(f"def a{i}():\n return {i}+{i}\nx = a{i}()", {})
    gc.collect()
churn()
print(next(g), next(g), list(g), list(f()))
exec("def k(me, churn):\n me.__code__ = (lambda a, b: 5).__code__\n churn()\n return [i for i in range(3)], 'still here'\n", ns)
k = ns.pop("k")
print(k(k, churn), k(k, churn))
first, second = other.__code__, churn.__code__
for i in range(100):
    f.__code__ = first if i % 2 else second
print(list(f()))
def donor():
    a = b = c = 1
    return lambda: (a, b, c)
def plain():
    value = 3
    plain.__code__ = donor.__code__
    return locals()
print(plain(), plain()())
