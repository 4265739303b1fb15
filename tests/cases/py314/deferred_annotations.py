# python: 3.14
# Annotations are evaluated when they are asked for (PEP 649).
def f(a: later, b: print("evaluated") = 1) -> later: return a
print("defined", f(1))
try: f.__annotations__
except NameError as e: print(e)
later = int
print(f.__annotations__)
print(f.__annotations__ is f.__annotations__, callable(f.__annotate__), f.__annotate__(1))
class C:
    x: Later2
    y: int = 5
    def m(self, other: C) -> list[C]: ...
class Later2: pass
print(C.__annotations__, C.m.__annotations__, "__annotations__" in C.__dict__)
class D(C):
    pass
print(D.__annotations__)
module_var: undefined_thing
print("not evaluated")
try: __annotations__
except NameError as e: print(e)
undefined_thing = str
if False:
    never: 1 / 0
def closure():
    local = "captured"
    def inner(p: local): pass
    local = "changed"
    return inner
print(closure().__annotations__)
class E:
    attr = "class attribute"
    z: attr
    def method(self, q: attr): pass
print(E.__annotations__, E.method.__annotations__)
f.__annotations__ = {"set": 1}
print(f.__annotations__, f.__annotate__)
lam = lambda x: x
print(lam.__annotations__, lam.__annotate__)
del f.__annotations__
print(f.__annotations__)
class Conditional:
    if True: a: int
    else: b: str
    for i in range(1): c: float
print(sorted(Conditional.__annotations__))
