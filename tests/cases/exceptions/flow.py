# try, except, else, finally in every combination; return, break and continue through finally.
def run(kind):
    log = []
    try:
        log.append("try")
        if kind == 1: raise ValueError("v")
        if kind == 2: raise KeyError("k")
        if kind == 3: return log + ["returned"]
    except ValueError as error:
        log.append(f"except {error}")
    except (TypeError, KeyError):
        log.append("tuple")
    else:
        log.append("else")
    finally:
        log.append("finally")
        print("finally", kind)
    log.append("after")
    return log
for kind in range(4): print(run(kind))
def finally_wins():
    try: return "try"
    finally: return "finally"
def finally_swallows():
    try: 1 / 0
    finally: return "swallowed"
def finally_in_loop():
    out = []
    for i in range(5):
        try:
            if i == 1: continue
            if i == 3: break
            out.append(i)
        finally:
            out.append(f"f{i}")
    else: out.append("else")
    return out
def finally_break():
    for i in range(3):
        try: raise ValueError
        finally: break
    return "broke at", i
def nested():
    log = []
    try:
        try:
            try: raise ValueError("inner")
            finally: log.append("f1")
        except KeyError: log.append("no")
        finally: log.append("f2")
    except ValueError as e: log.append(str(e))
    return log
def value_kept():
    x = 1
    try: return x
    finally: x = 2
def reraise():
    try:
        try: raise ValueError("first")
        except ValueError: raise
    except ValueError as e: return f"re-raised {e}"
def else_raises():
    try: pass
    except ValueError: return "wrong"
    else:
        try: raise ValueError("in else")
        except ValueError as e: return str(e)
def while_true():
    n = 0
    while True:
        try:
            n += 1
            if n < 3: continue
            return n
        finally:
            n += 10
            if n < 30: continue
print(finally_wins(), finally_swallows(), finally_in_loop(), finally_break(), nested(), value_kept(), reraise(), else_raises(), while_true())
def generator():
    try: yield 1; yield 2
    finally: print("generator finally")
g = generator()
for v in g:
    print(v)
    break
g.close()
try:
    try: raise ValueError("a")
    finally: print("cleanup")
except Exception as e: print(type(e).__name__)
try: pass
finally: print("plain finally")
def order():
    def mark(x): print("mark", x); return x
    try: return mark("value")
    finally: mark("finally")
order()
for i in range(2):
    try: 
        if i: raise IndexError(i)
    except IndexError as e: print("caught", e)
    else: print("no error")
print("e" in globals())
