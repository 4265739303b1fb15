# Global, local, built-in and class scopes; the errors for unbound names.
x = "global"
def reads(): return x
def makes_local():
    x = "local"
    return x
def unbound():
    print(x)
    x = 1
def writes():
    global x, created
    x = "changed"
    created = "new"
print(reads(), makes_local())
try:
    unbound()
except UnboundLocalError as error:
    print(error)
writes()
print(x, created)
try:
    missing
except NameError as error:
    print(error, error.name)
def builtin_shadow():
    len = lambda v: "shadowed"
    return len([])
print(builtin_shadow(), len([]))
len = lambda v: "global shadow"
print(len([]))
del len
print(len([]))
class C:
    x = "class"
    y = x + "!"
    def method(self):
        return x
    def own(self):
        return self.x
print(C.y, C().method(), C().own())
def nested_global():
    x = "enclosing"
    def inner():
        global x
        return x
    return inner(), x
print(nested_global())
def dels():
    a = 1
    del a
    try:
        a
    except UnboundLocalError as error:
        print(error)
    try:
        del a
    except UnboundLocalError as error:
        print(error)
dels()
try:
    del never
except NameError as error:
    print(error)
def loc(a, b=2):
    c = 3
    d = sorted(locals().items())
    return d
print(loc(1), "x" in globals(), globals()["x"], "reads" in dir(), __name__)
globals()["injected"] = 42
print(injected)
def conditional(flag):
    if flag:
        v = 1
    return v
print(conditional(True))
try:
    conditional(False)
except UnboundLocalError as error:
    print(error)
def loop_empty():
    for q in []:
        pass
    return q
try:
    loop_empty()
except UnboundLocalError as error:
    print(error)
class D:
    z = 1
    class E:
        try:
            w = z
        except NameError as error:
            w = str(error)
print(D.E.w)
def cls_in_func():
    v = "func"
    class F:
        v = v if False else "class"
    return F.v
try:
    print(cls_in_func())
except NameError as error:
    print(error)
