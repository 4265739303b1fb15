# Sockets over the loopback and in pairs: addresses, timeouts, what is beside the bytes, errors.
# stress: 500
import array
import os
import socket
import threading

left, right = socket.socketpair()
print(left.family.name, left.type.name, left.getsockname() == "", left.gettimeout(), left.getblocking())
print(left.send(b"hello"), right.recv(2), right.recv(100))
left.sendall(memoryview(b"0123456789")[::1])
room = bytearray(8)
print(right.recv_into(room, 4), room, right.recv_into(memoryview(room)[4:]), room)
print(right.recv(10))

right.settimeout(0.01)
try:
    right.recv(1)
except TimeoutError as error:
    print(type(error).__name__, error)
right.setblocking(False)
try:
    right.recv(1)
except BlockingIOError:
    print("nothing there", right.gettimeout())
right.setblocking(True)

read, write = os.pipe()
print(left.sendmsg([b"with ", b"a pipe"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [write]))]))
data, beside, flags, address = right.recvmsg(100, socket.CMSG_SPACE(4))
numbers = array.array("i")
numbers.frombytes(beside[0][2])
os.write(numbers[0], b"through it")
print(data, beside[0][:2] == (socket.SOL_SOCKET, socket.SCM_RIGHTS), flags & socket.MSG_CTRUNC, os.read(read, 100))
left.sendmsg([b"abc", b"defg"])
parts = [bytearray(2), bytearray(10)]
print(right.recvmsg_into(parts)[0], parts)
left.shutdown(socket.SHUT_WR)
print(right.recv(10))
left.close()
right.close()
print(left.fileno(), left)

with socket.create_server(("127.0.0.1", 0)) as server:
    port = server.getsockname()[1]

    def serve():
        connection, peer = server.accept()
        with connection, connection.makefile("rw") as stream:
            for line in stream:
                stream.write(line.upper())
                stream.flush()

    thread = threading.Thread(target=serve)
    thread.start()
    with socket.create_connection(("localhost", port), timeout=10) as client:
        print(client.getpeername() == ("127.0.0.1", port), client.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with client.makefile("rw") as stream:
            for word in ("one", "two"):
                stream.write(word + "\n")
                stream.flush()
                print(stream.readline().strip())
    thread.join()

datagrams = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
for one in datagrams:
    one.bind(("", 0))
target = ("127.0.0.1", datagrams[1].getsockname()[1])
print(datagrams[0].sendto(b"datagram", target), datagrams[0].sendto(b"more", 0, target))
print(datagrams[1].recvfrom(100)[0], datagrams[1].recvfrom_into(room)[0], room)
for one in datagrams:
    one.close()

print(socket.inet_aton("127.1"), socket.inet_ntoa(b"\x01\x02\x03\x04"), socket.inet_pton(socket.AF_INET6, "::1")[-2:])
print(socket.inet_ntop(socket.AF_INET6, bytes(15) + b"\x01"), socket.htons(1), socket.ntohl(0x01020304))
print(socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)[0][4], socket.getnameinfo(("127.0.0.1", 80), 3))
print(socket.CMSG_LEN(4), socket.CMSG_SPACE(4), socket.gaierror.__mro__[1].__name__, socket.timeout is TimeoutError)

plain = socket.socket()
for wrong in (
    lambda: plain.connect("text"),
    lambda: plain.connect(("127.0.0.1",)),
    lambda: plain.connect(("127.0.0.1", 70000)),
    lambda: plain.connect(("a\0b", 80)),
    lambda: plain.connect(("127.0.0.1", "80")),
    lambda: plain.sendto(b""),
    lambda: plain.recv(-1),
    lambda: plain.recv_into(bytearray(2), 3),
    lambda: plain.settimeout(-1),
    lambda: plain.settimeout("1"),
    lambda: plain.getsockopt(1, 2, 5000),
    lambda: socket.socket(fileno=-1),
    lambda: socket.inet_aton("1.2.3.4.5"),
    lambda: socket.inet_ntop(99, b""),
    lambda: socket.getaddrinfo(b"no host at all", 80, flags=socket.AI_NUMERICHOST),
    lambda: socket.getservbyport(-1),
):
    try:
        print(wrong())
    except (OSError, TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)
plain.close()
try:
    plain.recv(1)
except OSError as error:
    print(error)
