# What event loops and debuggers are told of asynchronous generators and coroutines.
import gc
import sys


def run(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration as stop:
        return stop.value


async def numbers():
    try:
        yield 1
        yield 2
    finally:
        print("cleaned up")


print(sys.get_asyncgen_hooks())
first, lost = [], []
sys.set_asyncgen_hooks(firstiter=lambda generator: first.append(generator.__name__), finalizer=lost.append)
print(sys.get_asyncgen_hooks().finalizer == lost.append)


async def use():
    async for number in numbers():
        print(number)
    generator = numbers()
    print(await generator.__anext__(), generator.ag_running)
    await generator.aclose()
    try:
        await generator.__anext__()
    except StopAsyncIteration:
        print("closed")
    await generator.aclose()


run(use())
print(first, lost)


def leave():
    async def start():
        await numbers().__anext__()

    run(start())


leave()
gc.collect()
print(len(first), [generator.__name__ for generator in lost])
run(lost.pop().aclose())
sys.set_asyncgen_hooks(None, None)
for wrong in ({"firstiter": 5}, {"finalizer": 5}):
    try:
        sys.set_asyncgen_hooks(**wrong)
    except TypeError as error:
        print(error)

# Two at once, twice the same, and one that goes on after its end.


class Wait:
    def __await__(self):
        yield "waiting"


async def slow():
    await Wait()
    yield 1


generator = slow()
step = generator.__anext__()
print(step.send(None), generator.ag_running, generator.ag_await is not None)
for make in (generator.__anext__, generator.aclose, lambda: generator.athrow(ValueError)):
    other = make()
    try:
        other.send(None)
    except RuntimeError as error:
        print(error)
try:
    step.send(None)
except StopIteration as stop:
    print("step", stop.value)
try:
    step.send(None)
except RuntimeError as error:
    print(error)
run(generator.aclose())


async def stubborn():
    try:
        yield 1
    finally:
        yield 2


generator = stubborn()
run(generator.__anext__())
try:
    run(generator.aclose())
except RuntimeError as error:
    print(error)

# Where a coroutine was made.


async def coroutine():
    return 5


def make():
    return coroutine()


sys.set_coroutine_origin_tracking_depth(2)
made = make()
print([(line, name) for _, line, name in made.cr_origin])
sys.set_coroutine_origin_tracking_depth(0)
print(run(made))
try:
    run(made)
except RuntimeError as error:
    print(error)
try:
    made.throw(ValueError)
except RuntimeError as error:
    print(error)
made.close()
try:
    sys.set_coroutine_origin_tracking_depth(-1)
except ValueError as error:
    print(error)
