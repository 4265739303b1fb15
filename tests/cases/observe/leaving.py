# The lines that tracing tells of, and where frames stand in the end, when statements are left by return, break or an exception.
import sys


class Manager:
    def __enter__(self):
        pass

    def __exit__(self, *args):
        pass


def watch(function):
    base = function.__code__.co_firstlineno
    events = []
    kept = []

    def trace(frame, event, argument):
        if frame.f_code is function.__code__:
            events.append((frame.f_lineno - base, event))
            kept.append(frame)
        return trace

    sys.settrace(trace)
    try:
        function()
    except Exception as error:
        events.append(repr(error))
    sys.settrace(None)
    print(function.__name__, kept[0].f_lineno - base, events)


def return_through_finally():
    try:
        return
    finally:
        4


def return_value_through_finally():
    try:
        return len("value")
    finally:
        4


def return_out_of_with():
    with Manager():
        with Manager():
            return
    4


def break_through_finally():
    for number in range(2):
        try:
            break
        finally:
            5
    6


def continue_through_finally():
    for number in range(2):
        try:
            continue
        finally:
            5
    6


def caught():
    try:
        1 / 0
    except ZeroDivisionError as error:
        4
    5


def not_caught():
    try:
        1 / 0
    except TypeError as error:
        4
    5


def passed_on_by_finally():
    try:
        1 / 0
    finally:
        4


def nested():
    try:
        try:
            raise ValueError
        except TypeError:
            5
        finally:
            7
    except ValueError:
        9
    10


for function in (
    return_through_finally,
    return_value_through_finally,
    return_out_of_with,
    break_through_finally,
    continue_through_finally,
    caught,
    not_caught,
    passed_on_by_finally,
    nested,
):
    watch(function)
