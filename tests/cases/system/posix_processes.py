# posix: forks, programs, pipes, waiting, hooks of forks, the environment
import posix
import sys

read, write = posix.pipe()
pid = posix.fork()
if pid == 0:
    posix.close(read)
    posix.write(write, b'from the child')
    posix._exit(7)
posix.close(write)
print(posix.read(read, 100), posix.read(read, 100))
done, status = posix.waitpid(pid, 0)
print(done == pid, posix.WIFEXITED(status), posix.WEXITSTATUS(status), posix.waitstatus_to_exitcode(status))

sys.stdout.flush()
pid = posix.posix_spawn('/bin/sh', ['sh', '-c', 'echo spawned $VALUE; exit 3'], {'VALUE': '5', 'PATH': '/bin:/usr/bin'})
print(posix.waitstatus_to_exitcode(posix.waitpid(pid, 0)[1]))
pid = posix.fork()
if pid == 0:
    posix.execve('/bin/sh', ['sh', '-c', 'kill -9 $$'], {})
status = posix.waitpid(pid, 0)[1]
print(posix.WIFSIGNALED(status), posix.WTERMSIG(status), posix.waitstatus_to_exitcode(status))

order = []
posix.register_at_fork(before=lambda: order.append('before'), after_in_parent=lambda: order.append('parent'),
                       after_in_child=lambda: order.append('child'))
posix.register_at_fork(before=lambda: order.append('before 2'))
pid = posix.fork()
if pid == 0:
    posix._exit(order != ['before 2', 'before', 'child'])
print(order, posix.waitpid(pid, 0)[1])

posix.putenv('OROCHI_TEST', 'set')
sys.stdout.flush()
print(posix.system('test "$OROCHI_TEST" = set'), posix.system('exit 3') >> 8)
posix.unsetenv('OROCHI_TEST')
print(posix.system('test -z "$OROCHI_TEST"'))
for call in [lambda: posix.execv('/nowhere', ['x']), lambda: posix.execv('/bin/sh', []), lambda: posix.execv('/bin/sh', 3),
             lambda: posix.putenv('a=b', 'c'), lambda: posix.waitpid(-1, 0), lambda: posix.waitstatus_to_exitcode(0x7f)]:
    try:
        call()
    except (OSError, TypeError, ValueError) as error:
        print(type(error).__name__, error)
print(posix.sched_param(sched_priority=3), posix.uname().sysname, posix.terminal_size((80, 24)).columns, posix.strerror(2))
