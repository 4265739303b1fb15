# Bodies that await: `compile` with the flag for it makes code that gives a coroutine, whatever runs it.
import ast
import types

FLAG = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


class Step:
    def __await__(self):
        return (yield 'asked')


async def count(n):
    for number in range(n):
        yield number


def drive(coroutine):
    asked = []
    try:
        answer = None
        while True:
            asked.append(coroutine.send(answer))
            answer = 'answer'
    except StopIteration as stop:
        return asked, stop.value


def show(namespace):
    return {name: value for name, value in namespace.items() if not name.startswith('__') and name not in ('Step', 'count')}


for source in ['a = await Step()', 'b = [n async for n in count(3)]', 'async for c in count(3): pass', 'import sys as d; await Step(); del d; e = 1']:
    code = compile(source, 'body', 'exec', flags=FLAG)
    print(source, bool(code.co_flags & 0x80))
    names = {'Step': Step, 'count': count}
    print('  exec', exec(compile('x = 1', 'body', 'exec', flags=FLAG)), drive(eval(code, names)), show(names))
    names = {'Step': Step, 'count': count}
    own = {}
    print('  eval', drive(eval(code, names, own)), show(own), show(names))
    names = {'Step': Step, 'count': count}
    print('  call', drive(types.FunctionType(code, names)()), show(names))

# Its variables can be seen while it waits.
own = {'Step': Step}
waiting = eval(compile('a = 5\nawait Step()\na = 6', 'body', 'exec', flags=FLAG), {}, own)
print(waiting.cr_frame.f_locals is own, waiting.send(None), own['a'], waiting.cr_frame.f_lineno)
print(drive(waiting), own['a'], waiting.cr_frame)

# The body of a module that is called as a function has its globals as namespace.
names = {}
types.FunctionType(compile('a = 1\ndef f(): return a\nb = f()\nc = locals() is globals()\ndel a', 'body', 'exec'), names)()
print(sorted(name for name in names if name != '__builtins__'), names['b'], names['c'])

for source in ['def f(): await Step()', 'lambda: await Step()']:
    try:
        compile(source, 'body', 'exec', flags=FLAG)
    except SyntaxError as error:
        print(error.msg)
