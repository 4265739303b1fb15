# Classes and instances: attributes, methods, class attributes, deletion, dir, vars, repr.
# oracle: 3.14
class Account:
    """An account."""
    bank = "Orochi"
    count = 0
    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance
        Account.count += 1
    def deposit(self, amount):
        self.balance += amount
        return self
    def __repr__(self):
        return f"Account({self.owner!r}, {self.balance})"
a, b = Account("ann"), Account("bob", 10)
print(a.deposit(5).deposit(6), b, Account.count, a.bank, Account.__doc__, Account.__name__, Account.__qualname__, Account.__module__, type(a) is Account, isinstance(a, Account), a.__class__)
a.bank = "own"
print(a.bank, b.bank, a.__dict__, vars(b), "bank" in Account.__dict__, hasattr(a, "nope"), getattr(a, "nope", "default"))
del a.bank
print(a.bank)
Account.bank = "changed"
print(a.bank, b.bank)
a.extra = [1]
a.extra.append(2)
setattr(a, "dyn", 5)
print(a.extra, a.dyn, sorted(a.__dict__), [n for n in dir(a) if not n.startswith("__")])
Account.late = lambda self: "late " + self.owner
print(a.late(), Account.late(b), Account.deposit(b, 1), (m := a.deposit)(4), m.__self__ is a)
for call in (lambda: a.nope, lambda: Account.nope, lambda: a.__dict__["zz"], lambda: delattr(a, "nope"), lambda: Account("x", 1, 2), lambda: None.attr, lambda: (5).attr, lambda: delattr(Account, "nope"), lambda: setattr(5, "x", 1), lambda: setattr(int, "x", 1), lambda: a.bank.nope.deeper):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
try:
    del a.nope
except AttributeError as error:
    print(error, error.name, error.obj is a)
class Empty: pass
e = Empty()
e.__dict__["x"] = 1
e.__dict__.update(y=2)
print(e.x, e.y, e == e, e != Empty(), hash(e) == hash(e), e.__dict__ is e.__dict__, bool(e), repr(Empty), str(type(e)))
e.__dict__ = {"z": 3}
print(e.z, hasattr(e, "x"), vars(e))
e.__class__ = Account
print(type(e).__name__, e.bank)
class Body:
    print("class body runs")
    for i in range(3):
        locals()[f"a{i}"] = i
    if True:
        def f(self): return self.a1
    x = y = i
print(Body().f(), Body.a2, Body.y, Body.i)
