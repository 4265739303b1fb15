# sys.monitoring: events of calls, lines and exceptions, turning places off, local events, errors.
# python: 3.14
import sys
m=sys.monitoring
m.use_tool_id(0,"t")
E=m.events
log=[]
def show(x):
    if callable(x): return getattr(x,'__name__','?')
    return repr(x)[:30] if isinstance(x,(int,str,list,BaseException)) else type(x).__name__
for name in ('PY_START','PY_RESUME','PY_RETURN','PY_YIELD','CALL','LINE','STOP_ITERATION','RAISE','EXCEPTION_HANDLED','PY_UNWIND','PY_THROW','RERAISE','C_RETURN','C_RAISE'):
    def cb(code, *a, name=name):
        if code.co_name in ('run','<module>','cb') or code.co_filename != show.__code__.co_filename: return
        if name in ('LINE',): a=(a[0]-code.co_firstlineno,)
        else: a=tuple(show(x) for x in a[1:])
        log.append((code.co_name,name,*a))
    m.register_callback(0,getattr(E,name),cb)
def run(f):
    log.clear()
    m.set_events(0, E.PY_START|E.PY_RESUME|E.PY_RETURN|E.PY_YIELD|E.CALL|E.LINE|E.STOP_ITERATION|E.RAISE|E.EXCEPTION_HANDLED|E.PY_UNWIND|E.PY_THROW|E.RERAISE)
    try:
        f()
    except Exception: pass
    m.set_events(0,0)
    print(f.__name__)
    for l in log: print('   ',*l)
def g():
    yield 1
    return 2
def a():
    for i in g(): pass
def b():
    yield from g()
def b1(): list(b())
def c():
    x = len([1])
    [].append(2)
    int('3')
    try:
        int('x')
    except ValueError:
        pass
    print.__name__.upper()
def d():
    i = 0
    while i < 3:
        if i == 1:
            i += 2
            continue
        i += 1
    return i
def e():
    try:
        try:
            1/0
        except KeyError:
            pass
        finally:
            x = 1
    except ZeroDivisionError:
        raise
class K:
    def __init__(self, v): self.v = v
    def m(self): return self.v
def h():
    k = K(3)
    k.m()
    f = k.m
    f()
    print(*[], sep='')
def t():
    it = g()
    next(it)
    next(it, 0)
for f in (a,b1,c,d,e,h,t): run(f)

count = 0
def on_line(code, line):
    global count
    count += 1
    return m.DISABLE
m.register_callback(0, E.LINE, on_line)
def loop():
    for i in range(5):
        i
m.set_local_events(0, loop.__code__, E.LINE)
loop(); loop()
print(count)
m.restart_events()
loop()
print(count, m.get_local_events(0, loop.__code__) == E.LINE)
m.set_local_events(0, loop.__code__, 0)
loop()
print(count)
def wrong(f, *a):
    try: print(f(*a))
    except Exception as error: print(type(error).__name__, error)
wrong(m.use_tool_id, 7, "x"); wrong(m.use_tool_id, 0, "x"); wrong(m.set_events, 1, 1); wrong(m.set_events, 0, -1)
wrong(m.set_events, 0, E.C_RETURN); wrong(m.set_local_events, 0, loop.__code__, E.RAISE); wrong(m.register_callback, 0, 3, None)
def disable(*args): return m.DISABLE
m.register_callback(0, E.RAISE, disable)
m.set_events(0, E.RAISE)
def raises():
    try: 1/0
    except ZeroDivisionError: pass
wrong(raises)
m.set_events(0, 0)
print(m.get_tool(0), m.free_tool_id(0), m.get_tool(0))
