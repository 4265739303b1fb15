# atexit: functions run at the end, the last first, and what they raise is reported; unregister, arguments
# expect-stderr-contains: ZeroDivisionError
import atexit


def say(*args, **named):
    print('at exit', args, named)


print(atexit.register(say, 1, key=2) is say)


@atexit.register
def fails():
    1 / 0


atexit.register(print, 'gone')
atexit.register(print, 'first')
atexit.unregister(len)
try:
    atexit.register(1)
except TypeError as error:
    print(error)


class Same:
    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return True

    def __call__(self):
        print('called', self.name)


same = Same('kept')
atexit._clear()
atexit.register(same)
atexit.unregister(Same('other'))
atexit.register(say, 3)
atexit.register(fails)
print('end')
