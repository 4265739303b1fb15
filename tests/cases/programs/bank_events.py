# Classes, exceptions, context managers and generators together: an event log with roll-back.
class InsufficientFunds(Exception):
    def __init__(self, account, wanted):
        super().__init__(f"{account.name} has {account.balance}, wanted {wanted}")
        self.account = account
class Account:
    def __init__(self, name, balance=0): self.name, self._balance, self.log = name, balance, []
    balance = property(lambda self: self._balance)
    def deposit(self, n):
        if n <= 0: raise ValueError("deposit must be positive")
        self._balance += n; self.log.append(("deposit", n))
    def withdraw(self, n):
        if n > self._balance: raise InsufficientFunds(self, n)
        self._balance -= n; self.log.append(("withdraw", n))
    def __repr__(self): return f"{self.name}={self._balance}"
class Transaction:
    def __init__(self, *accounts): self.accounts = accounts
    def __enter__(self):
        self.saved = [(a._balance, len(a.log)) for a in self.accounts]
        return self
    def __exit__(self, kind, error, tb):
        if kind is None: return False
        for a, (balance, length) in zip(self.accounts, self.saved):
            a._balance = balance
            del a.log[length:]
        print("rolled back:", error)
        return issubclass(kind, InsufficientFunds)
a, b = Account("a", 100), Account("b")
def transfer(src, dst, n):
    with Transaction(src, dst):
        dst.deposit(n); src.withdraw(n)
        return "ok"
    return "failed"
print(transfer(a, b, 30), a, b)
print(transfer(a, b, 300), a, b, b.log)
try: transfer(a, b, -5)
except ValueError as e: print("ValueError", e, a, b)
def audit(*accounts):
    for account in accounts:
        running = 0
        for kind, n in account.log:
            running += n if kind == "deposit" else -n
            yield account.name, kind, n, running
for line in audit(a, b): print(*line)
