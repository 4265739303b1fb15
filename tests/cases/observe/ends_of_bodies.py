# oracle: 3.14
# A trace function sees the line that ran last when a body ends, however it is left; instruction and line agree.
import sys


def line_of(frame):
    for start, end, line in frame.f_code.co_lines():
        if start <= frame.f_lasti < end:
            return line


def traced(function, *args):
    first = function.__code__.co_firstlineno

    def tracer(frame, event, arg):
        if frame.f_code is function.__code__:
            agrees = line_of(frame) == frame.f_lineno
            print(' ', event, frame.f_lineno - first, agrees)
        return tracer

    print(function.__name__, *args)
    sys.settrace(tracer)
    try:
        function(*args)
    except Exception as error:
        print('  raises', repr(error))
    finally:
        sys.settrace(None)


def branches(a, b):
    if a:
        if b:
            c = 1
        else:
            c = 2
    else:
        c = 3


def loops(items):
    for item in items:
        if item:
            continue
        seen = item


def handles(value):
    try:
        1 / value
    except ZeroDivisionError:
        caught = True


def raises_again(value):
    try:
        1 / value
    except ZeroDivisionError:
        raise KeyError('again')


def class_body():
    class A:
        if 3 < 9:
            a = 1
        else:
            a = 2


for a, b in (True, True), (True, False), (False, False):
    traced(branches, a, b)
traced(loops, [0, 1])
traced(handles, 0)
traced(handles, 1)
traced(raises_again, 0)
traced(class_body)
