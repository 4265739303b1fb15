# _signal: handlers run between instructions and in the middle of calls that block; what they raise comes out there
import _signal
import posix
import time

print(_signal.getsignal(_signal.SIGINT) is _signal.default_int_handler, _signal.getsignal(_signal.SIGUSR1) == _signal.SIG_DFL)
seen = []


def note(number, frame):
    seen.append((number == _signal.SIGUSR1, frame.f_code.co_name))


print(_signal.signal(_signal.SIGUSR1, note) == _signal.SIG_DFL, _signal.getsignal(_signal.SIGUSR1) is note)


def raiser():
    posix.kill(posix.getpid(), _signal.SIGUSR1)
    return list(seen)


print(raiser())
_signal.raise_signal(_signal.SIGUSR1)
print(len(seen))


class Alarm(Exception):
    pass


def alarm(number, frame):
    raise Alarm


_signal.signal(_signal.SIGALRM, alarm)


def interrupted(function):
    _signal.setitimer(_signal.ITIMER_REAL, 0.05)
    try:
        function()
    except Alarm:
        return 'interrupted'


def loop():
    while True:
        pass


read, write = posix.pipe()
print(interrupted(loop), interrupted(lambda: time.sleep(30)), interrupted(lambda: posix.read(read, 1)), interrupted(_signal.pause))

# A handler that returns does not end the wait.
_signal.signal(_signal.SIGALRM, lambda number, frame: None)
_signal.setitimer(_signal.ITIMER_REAL, 0.02)
start = time.monotonic()
time.sleep(0.1)
print(time.monotonic() - start >= 0.1)

print(sorted(_signal.pthread_sigmask(_signal.SIG_BLOCK, [_signal.SIGUSR1])))
posix.kill(posix.getpid(), _signal.SIGUSR1)
count = len(seen)
print(_signal.sigpending() == {_signal.SIGUSR1}, len(seen) == count)
_signal.pthread_sigmask(_signal.SIG_UNBLOCK, [_signal.SIGUSR1])
print(len(seen) - count)

posix.set_blocking(write, False)
print(_signal.set_wakeup_fd(write))
_signal.raise_signal(_signal.SIGUSR1)
print(posix.read(read, 10) == bytes([_signal.SIGUSR1]), _signal.set_wakeup_fd(-1) == write)
try:
    _signal.raise_signal(_signal.SIGINT)
except KeyboardInterrupt:
    print('KeyboardInterrupt')
for call in [lambda: _signal.signal(200, note), lambda: _signal.signal(_signal.SIGKILL, note), lambda: _signal.signal(_signal.SIGTERM, 'x'),
             lambda: _signal.pthread_sigmask(_signal.SIG_BLOCK, [0]), lambda: _signal.set_wakeup_fd(read)]:
    try:
        call()
    except (OSError, TypeError, ValueError) as error:
        print(type(error).__name__, str(error).replace(str(read), 'FD'))
