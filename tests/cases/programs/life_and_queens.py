# The game of life on a set of cells, n-queens three ways, a knight's tour.
# stress: 500
def step(cells):
    near = {}
    for x, y in cells:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy: near[x + dx, y + dy] = near.get((x + dx, y + dy), 0) + 1
    return {c for c, n in near.items() if n == 3 or n == 2 and c in cells}
def show(cells, w, h): return "\n".join("".join("#" if (x, y) in cells else "." for x in range(w)) for y in range(h))
cells = {(1, 0), (2, 1), (0, 2), (1, 2), (2, 2)}
for _ in range(8): cells = step(cells)
print(show(cells, 7, 6))
blinker = {(1, 0), (1, 1), (1, 2)}
print(step(step(blinker)) == blinker, sorted(step(blinker)))
def queens(n, row=0, cols=(), d1=(), d2=()):
    if row == n: return 1
    return sum(queens(n, row + 1, cols + (c,), d1 + (row + c,), d2 + (row - c,)) for c in range(n) if c not in cols and row + c not in d1 and row - c not in d2)
def bits(n, cols=0, d1=0, d2=0):
    full = (1 << n) - 1
    if cols == full: return 1
    count, free = 0, full & ~(cols | d1 | d2)
    while free:
        bit = free & -free
        free ^= bit
        count += bits(n, cols | bit, (d1 | bit) << 1, (d2 | bit) >> 1)
    return count
def solutions(n, placed=()):
    if len(placed) == n: yield placed
    else:
        for c in range(n):
            if all(c != p and abs(c - p) != len(placed) - r for r, p in enumerate(placed)): yield from solutions(n, (*placed, c))
print([queens(n) for n in range(1, 7)], [bits(n) for n in range(1, 9)], next(solutions(8)), sum(1 for _ in solutions(6)))
def tour(n):
    moves = [(1, 2), (2, 1), (-1, 2), (-2, 1), (1, -2), (2, -1), (-1, -2), (-2, -1)]
    board, at = {(0, 0): 0}, (0, 0)
    def free(p): return [(p[0] + a, p[1] + b) for a, b in moves if 0 <= p[0] + a < n and 0 <= p[1] + b < n and (p[0] + a, p[1] + b) not in board]
    while nxt := free(at):
        at = min(nxt, key=lambda p: (len(free(p)), p))
        board[at] = len(board)
    return board
b = tour(6)
for y in range(6): print(" ".join(f"{b.get((x, y), -1):2}" for x in range(6)))
