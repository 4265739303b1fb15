# marshal: code objects, also changed ones; whatever is damaged is refused or harmless
import marshal


def outer(x):
    def inner(y):
        return x + y
    return inner


code = marshal.loads(marshal.dumps(outer.__code__))
function = type(outer)(code, globals())
print(function(3)(4), code == outer.__code__, code.co_name, code.co_varnames)
other = marshal.loads(marshal.dumps(outer.__code__.replace(co_filename='elsewhere.py', co_name='renamed', co_firstlineno=99)))
print(other.co_filename, other.co_name, other.co_firstlineno)
one, two = marshal.loads(marshal.dumps([outer.__code__, outer.__code__]))
print(one is two)

exec(marshal.loads(marshal.dumps(compile('print("from a module", 6 * 7)', 'made.py', 'exec'))))

data = marshal.dumps(outer.__code__)
refused = 0
for place in range(0, len(data), 7):
    try:
        marshal.loads(data[:place])
    except (EOFError, ValueError, TypeError):
        refused += 1
print(refused == len(range(0, len(data), 7)))
