# Slice reading, assignment and deletion.
# oracle: 3.14
base = list(range(10))
for bounds in ((2, 5), (None, 3), (7, None), (None, None, 2), (None, None, -1), (8, 2, -2), (-3, None), (None, -7), (5, 5), (6, 3), (100, 200), (-200, 2), (None, None, -3)):
    print(bounds, base[slice(*bounds)])
def assign(start, stop, step, value):
    l = list(range(6))
    try:
        l[start:stop:step] = value
        print(l)
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error, l)
assign(1, 3, None, "ab")
assign(1, 3, None, [])
assign(2, 2, None, [7, 8, 9])
assign(None, None, None, [1])
assign(4, 2, None, ["x"])
assign(100, None, None, "z")
assign(None, None, 2, "abc")
assign(None, None, 2, "ab")
assign(None, None, -1, range(6))
assign(5, 0, -2, "xyz")
assign(1, 3, 1, range(4))
assign(1, 3, None, 5)
assign(None, None, 2, 5)
assign(0, 2, 0, [1])
assign(None, None, 2, [])
assign(3, 3, 2, [])
def delete(*bounds):
    l = list(range(8))
    del l[slice(*bounds)]
    print(l)
delete(2, 4); delete(None, None); delete(None, None, 2); delete(None, None, -3); delete(6, 1, -2); delete(5, 2); delete(-2, None)
l = [1, 2, 3]
l[1:1] = l
print(l)
l[:] = l[::-1]
print(l)
l[len(l):] = [9]; l[:0] = [0]
print(l)
del l[0], l[-1]
print(l)
l[1:3] += ["q"]
print(l)
l[0] += 100; l[-1] = None
print(l)
m = [[1, 2], [3, 4]]
m[0][1:], m[1][0] = [5, 6], 7
print(m)
del l[:]
print(l)
for statement in (lambda: base.__delitem__(50), lambda: base.__setitem__(50, 1), lambda: base.__setitem__("a", 1), lambda: base.__delitem__(None), lambda: base[1.5], lambda: base[::0]):
    try:
        statement()
    except (IndexError, TypeError, ValueError) as error:
        print(type(error).__name__, error)
