# An event loop: tasks, timeouts, streams over the loopback, child processes, threads, what is lost.
# stress: 500
import asyncio


async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()
    await writer.wait_closed()


async def talk(port, words):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.writelines(word.encode() + b"\n" for word in words)
    writer.write_eof()
    print(await reader.readexactly(3), await reader.readuntil(b"\n"), await reader.read(2), await reader.read())
    writer.close()
    await writer.wait_closed()


async def numbers(count):
    try:
        for number in range(count):
            await asyncio.sleep(0)
            yield number
    finally:
        print("closed")


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    await talk(server.sockets[0].getsockname()[1], ["first", "second", "third"])
    server.close()
    await server.wait_closed()

    print(await asyncio.gather(asyncio.sleep(0.02, "slow"), asyncio.sleep(0.01, "fast")))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.sleep(0.001 * number, number)) for number in (3, 1, 2)]
    print([task.result() for task in tasks])
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(60)
    except TimeoutError:
        print("too slow")
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(60))
            raise ValueError("fails")
    except* ValueError as group:
        print(group.exceptions)
    task = asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(0)
    task.cancel("because")
    try:
        await task
    except asyncio.CancelledError as error:
        print("cancelled", error)

    print([number async for number in numbers(3)])
    generator = numbers(3)
    print(await anext(generator))
    await generator.aclose()
    left_open = numbers(3)
    print(await anext(left_open))

    process = await asyncio.create_subprocess_exec("cat", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    print(await process.communicate(b"to cat and back"), process.returncode)
    print(await asyncio.to_thread(sum, [1, 2, 3]))
    queue, event = asyncio.Queue(), asyncio.Event()

    async def produce():
        for number in range(3):
            await queue.put(number)
        await event.wait()

    producer = asyncio.create_task(produce())
    print([await queue.get() for _ in range(3)])
    event.set()
    await producer


asyncio.run(main())
