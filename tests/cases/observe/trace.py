# What a trace function is told: calls, lines, returns and exceptions.
# python: 3.14
import sys
log=[]
def tracer(frame, event, arg):
    if frame.f_code.co_filename != run.__code__.co_filename: return None
    if event=='exception': arg=arg[0].__name__
    log.append((frame.f_code.co_name, frame.f_lineno-frame.f_code.co_firstlineno, event, arg if not callable(arg) else 'fn'))
    return tracer
def run(f,*a):
    log.clear()
    sys.settrace(tracer)
    try:
        f(*a)
    except Exception as e:
        pass
    finally:
        sys.settrace(None)
    print(f.__name__)
    for l in log: print('  ', *l)
def basic():
    x = 1
    pass
    if x:
        y = 2
    else:
        y = 3
    for i in range(2):
        y += i
    while x < 3:
        x += 1
    return y
def oneline():
    for i in range(2): pass
    x = [j
         for j in range(2)]
def exc():
    try:
        1/0
    except ZeroDivisionError as e:
        z = 2
    finally:
        z = 3
    raise ValueError
def g():
    yield 1
    x = yield 2
def gen():
    for i in g():
        i
    try:
        next(iter([]))
    except StopIteration:
        pass
def callee(a):
    return a
def calls():
    callee(1); callee(
      2)
    return callee(
        callee(3))
class Manager:
    def __enter__(self): return 1
    def __exit__(self, *args): pass
def withs():
    with Manager() as f:
        1
    global q
    'string'
    def inner(): pass
    class C:
        a = 1
    assert True
    lambda: 3
    return (1,
            2)
def match_(x=3):
    match x:
        case 1:
            a = 1
        case int():
            a = 2
        case _:
            a = 3
    while True:
        break
    for k in []:
        pass
    else:
        b = 1
for f in (basic, oneline, exc, gen, calls, withs, match_): run(f)
