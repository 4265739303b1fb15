# Control flow that crosses several finally blocks, loops and handlers.
def a():
    for i in range(3):
        try:
            try:
                if i == 0: continue
                if i == 1: raise ValueError(i)
                return "returned"
            finally: print("inner", i)
        except ValueError as e: print("caught", e)
        finally: print("outer", i)
print(a())
def b():
    try:
        try: return "a"
        finally: raise KeyError("replaces return")
    except KeyError as e: return str(e)
print(b())
def c():
    while True:
        try:
            while True:
                try: break
                finally: print("inner break")
            return "after inner"
        finally: print("outer return")
print(c())
def d():
    log = []
    for i in range(4):
        try:
            log.append(i)
            if i == 1: continue
            if i == 2: break
        except Exception: log.append("never")
        else: log.append(f"else{i}")
        finally: log.append(f"f{i}")
    else: log.append("loop else")
    return log
print(d())
def e():
    try: raise ValueError("one")
    except ValueError:
        try: raise KeyError("two")
        except KeyError: pass
        try: raise
        except ValueError as v: return f"bare raise gives {v}"
print(e())
def f():
    x = 0
    def inc():
        nonlocal x
        x += 1
        return x
    try: return inc(), inc()
    finally: inc(); print("x", x)
print(f())
def g():
    for i in (1, 2):
        for j in (1, 2):
            try:
                if j == 2: break
                yield i, j
            finally: yield "cleanup", i, j
print(list(g()))
def h(n):
    try:
        if n == 0: return "zero"
        return h(n - 1) + str(n)
    finally:
        if n == 2: print("unwinding 2")
print(h(4))
def k():
    result = []
    try:
        result.append([][0])
    except LookupError as error: result.append(type(error).__name__)
    else: result.append("else")
    finally: result.append("finally")
    return result
print(k())
def m():
    i = 0
    while i < 3:
        i += 1
        try:
            if i == 2: raise IndexError
        except IndexError: continue
        finally: print("m", i, end=" ")
        print("body", i, end=" ")
    return i
print(m())
def n():
    try: yield 1
    except GeneratorExit: print("exit"); raise
    finally: print("n finally")
it = n(); next(it); it.close()
def o():
    try:
        try: 1 / 0
        finally: print("first")
    except ZeroDivisionError:
        try: return "from handler"
        finally: print("second")
    finally: print("third")
print(o())
