# A fraction class and polynomials over it: operator overloading with big integers.
# stress: 50
def gcd(a, b):
    while b: a, b = b, a % b
    return abs(a)
class Q:
    __slots__ = ("n", "d")
    def __init__(self, n, d=1):
        if d == 0: raise ZeroDivisionError(f"{n}/0")
        g = gcd(n, d) * (1 if d > 0 else -1)
        self.n, self.d = n // g, d // g
    @staticmethod
    def of(x): return x if isinstance(x, Q) else Q(x)
    def __add__(self, o): o = Q.of(o); return Q(self.n * o.d + o.n * self.d, self.d * o.d)
    def __neg__(self): return Q(-self.n, self.d)
    def __sub__(self, o): return self + -Q.of(o)
    def __mul__(self, o): o = Q.of(o); return Q(self.n * o.n, self.d * o.d)
    def __truediv__(self, o): o = Q.of(o); return Q(self.n * o.d, self.d * o.n)
    def __pow__(self, k): return Q(self.n ** k, self.d ** k) if k >= 0 else Q(self.d ** -k, self.n ** -k)
    __radd__, __rmul__ = __add__, __mul__
    def __rsub__(self, o): return Q.of(o) - self
    def __rtruediv__(self, o): return Q.of(o) / self
    def __eq__(self, o): o = Q.of(o); return (self.n, self.d) == (o.n, o.d)
    def __lt__(self, o): o = Q.of(o); return self.n * o.d < o.n * self.d
    def __hash__(self): return hash(self.n) if self.d == 1 else hash((self.n, self.d))
    def __float__(self): return self.n / self.d
    def __repr__(self): return f"{self.n}/{self.d}" if self.d != 1 else str(self.n)
print(Q(1, 2) + Q(1, 3), 1 - Q(1, 4), 3 * Q(2, 6), Q(1, 2) / 4, 1 / Q(3, -4), Q(2, 3) ** -3, Q(4, 2) == 2, {Q(4, 2): "two"}[2], sorted([Q(1, 2), Q(1, 3), 0, Q(-1)], key=float), float(Q(1, 8)), sum(Q(1, k) for k in range(1, 21)), max(Q(1, 3), Q(2, 5)))
try: Q(1, 0)
except ZeroDivisionError as e: print(e)
class Poly:
    def __init__(self, *c): self.c = list(c)
    def __call__(self, x):
        r = 0
        for c in reversed(self.c): r = r * x + c
        return r
    def __add__(self, o): n = max(len(self.c), len(o.c)); return Poly(*[(self.c + [0] * n)[i] + (o.c + [0] * n)[i] for i in range(n)])
    def __mul__(self, o):
        out = [0] * (len(self.c) + len(o.c) - 1)
        for i, a in enumerate(self.c):
            for j, b in enumerate(o.c): out[i + j] = out[i + j] + a * b
        return Poly(*out)
    def __pow__(self, k): return Poly(1) if k == 0 else self * self ** (k - 1)
    def diff(self): return Poly(*[i * c for i, c in enumerate(self.c)][1:])
    def __repr__(self): return " + ".join(f"{c}x^{i}" for i, c in enumerate(self.c) if c) or "0"
p = Poly(1, 2, 1)
print(p, p * p, (p ** 5).c, p.diff(), p(3), p(Q(1, 2)), (p + Poly(0, 0, 0, 1))(2), Poly(1, 1) ** 20)
e = Q(0); term = Q(1)
for k in range(1, 25): e += term; term = term / k
print(e, str(float(e)) == "2.718281828459045", 10 ** 30 * e.n // e.d)
