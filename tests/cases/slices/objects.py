# Slice objects, indices(), and __getitem__ with slices, tuples and Ellipsis.
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, slice(5), slice(None), slice(1, 2), s == slice(1, 10, 2), slice("a", [], None))
for args in ((10,), (5,), (0,), (100,)):
    print(s.indices(*args), slice(None, None, -1).indices(*args), slice(-3, None).indices(*args), slice(-100, 100, 3).indices(*args))
class Show:
    def __getitem__(self, key):
        return key
    def __setitem__(self, key, value):
        print("set", key, value)
    def __delitem__(self, key):
        print("del", key)
g = Show()
print(g[1], g[1:2], g[1:2:3], g[:], g[::], g[1, 2], g[1:2, ::3], g[...], g[..., 1:], g[()], g[None], g["a":"b"], g[(1, 2), 3], g[*[1, 2], 3])
g[0] = 1; g[1:2] = "x"; g[1, 2:3] = None
del g[5], g[::2], g[1, ...]
g[0] += 1
print(range(10)[s], "abcdefghijkl"[s], [0, 1, 2, 3, 4, 5][slice(-2, None)], (1, 2, 3)[slice(0, 2)])
for call in (lambda: slice(), lambda: slice(1, 2, 0).indices(5), lambda: slice("a").indices(5), lambda: slice(1).indices(-1), lambda: [1][slice("a")], lambda: [1].__getitem__((1, 2)), lambda: slice(1, 2) < 3):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
try:
    s.start = 5
except AttributeError as error:
    print(error)
