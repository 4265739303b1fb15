# A matrix class with operators; determinants, powers, transposition, equality.
class Matrix:
    def __init__(self, rows):
        self.rows = [list(r) for r in rows]
        if len({len(r) for r in self.rows}) > 1: raise ValueError("ragged rows")
    @classmethod
    def identity(cls, n): return cls([[int(i == j) for j in range(n)] for i in range(n)])
    @property
    def shape(self): return len(self.rows), len(self.rows[0]) if self.rows else 0
    @property
    def T(self): return Matrix(zip(*self.rows))
    def __matmul__(self, o):
        if self.shape[1] != o.shape[0]: raise ValueError(f"shapes {self.shape} and {o.shape}")
        return Matrix([[sum(a * b for a, b in zip(row, col)) for col in zip(*o.rows)] for row in self.rows])
    def __add__(self, o): return Matrix([[a + b for a, b in zip(r, s)] for r, s in zip(self.rows, o.rows)]) if isinstance(o, Matrix) else NotImplemented
    def __mul__(self, k): return Matrix([[a * k for a in r] for r in self.rows]) if isinstance(k, (int, float)) else NotImplemented
    __rmul__ = __mul__
    def __neg__(self): return self * -1
    def __sub__(self, o): return self + -o
    def __pow__(self, n):
        result, base = Matrix.identity(len(self.rows)), self
        while n:
            if n & 1: result = result @ base
            base, n = base @ base, n >> 1
        return result
    def __getitem__(self, key):
        match key:
            case int(i): return self.rows[i]
            case (int(i), int(j)): return self.rows[i][j]
            case (slice() as a, slice() as b): return Matrix([r[b] for r in self.rows[a]])
        raise TypeError(f"bad key {key!r}")
    def __setitem__(self, key, value): self.rows[key[0]][key[1]] = value
    def __eq__(self, o): return isinstance(o, Matrix) and self.rows == o.rows
    def __repr__(self): return f"Matrix({self.rows})"
    def det(self):
        if len(self.rows) == 1: return self.rows[0][0]
        return sum((-1) ** j * v * Matrix([r[:j] + r[j + 1:] for r in self.rows[1:]]).det() for j, v in enumerate(self.rows[0]))
m = Matrix([[1, 2], [3, 4]])
print(m @ m, m + m, m * 2, 3 * m, m - m, -m, m.T, m.det(), m ** 10, m[0], m[1, 0], m[0:1, 1:], m == Matrix([[1, 2], [3, 4]]), Matrix([[2, 0, 1], [1, 3, 2], [1, 1, 4]]).det(), (Matrix([[1, 1], [1, 0]]) ** 90)[0, 1])
m[0, 0] = 9
print(m, m.shape)
for call in (lambda: m @ Matrix([[1, 2, 3]]), lambda: Matrix([[1], [1, 2]]), lambda: m + 5, lambda: m * "x", lambda: m["k"], lambda: m[5]):
    try: print(call())
    except (ValueError, TypeError, IndexError) as e: print(type(e).__name__, e)
