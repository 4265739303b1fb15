"""Coroutines, asynchronous generators, iteration and context managers."""


async def waits(a, b):
    x = await a
    async with a as y, b:
        await y
    async for i in b:
        if i:
            break
        await i
    else:
        return [j async for j in b if await j]
    return {k: await k for k in a}, {j async for j in b}


async def gives(n):
    sent = yield n
    async for i in n:
        try:
            yield i
        except ValueError:
            await i
        finally:
            await n
    async with n:
        yield
        return


async def nested():
    return [[await x async for x in row] for row in rows]


async def waits_for_expression():
    return (await first(), *(await second()))[await third() : await fourth()]
