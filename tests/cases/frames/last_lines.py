# The line that a function ended in: that of the way on which it came to its end.
import sys

frames = []
YES = True


def seen():
    frames.append(sys._getframe(1))


def if_pass():
    seen()
    if YES:
        pass


def if_not():
    seen()
    if not YES:
        pass


def if_else(which):
    seen()
    if which:
        a = 1
    else:
        b = 2


def nested(which):
    seen()
    if which:
        if which > 1:
            a = 1
        else:
            b = 2
    elif YES:
        c = 3


def loop(n):
    seen()
    for i in range(n):
        a = i


def until(n):
    seen()
    while n:
        n -= 1


def guarded():
    seen()
    try:
        a = 1
    except ValueError:
        b = 2


def caught():
    seen()
    try:
        1 / 0
    except ZeroDivisionError:
        b = 2


for call in (if_pass, if_not, lambda: if_else(1), lambda: if_else(0), lambda: nested(1), lambda: nested(2), lambda: nested(0),
             lambda: loop(0), lambda: loop(2), lambda: until(2), guarded, caught):
    call()
    frame = frames.pop()
    print(frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno)


def trace(frame, event, argument):
    if frame.f_code.co_name in ('nested', 'loop', 'caught'):
        print(event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno)
        return trace


sys.settrace(trace)
nested(1)
nested(0)
loop(1)
caught()
sys.settrace(None)
