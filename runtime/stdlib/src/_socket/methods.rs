//! The methods of sockets but those of messages with more than bytes in them.

use orochi_macros::methods;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{PyResult, Value, Vm};

use super::address::{self, read, show, size};
use super::calls;
use super::plain_error;
use super::socket::{
    Deadline, Failure, Ready, Socket, This, call, close, read_timeout, show_timeout, simple, try_call,
};
use crate::_io::target::Target;
use crate::host::{int, int_or, or_raise, ssize};

/// Connects; the inner error says why not.
fn connect(vm: &Vm, socket: &Socket, address: &calls::Address) -> PyResult<Result<(), Failure>> {
    let fd = socket.fd.get();
    let Err(errno) = vm.allow_threads(|| calls::connect(fd, address)) else { return Ok(Ok(())) };
    let waits = if errno == libc::EINTR {
        // It goes on by itself.
        vm.poll()?;
        socket.timeout.get() != 0
    } else {
        socket.timeout.get() > 0 && errno == libc::EINPROGRESS
    };
    if !waits {
        return Ok(Err(Failure::System(errno)));
    }
    let outcome = |fd: i32| match calls::number_option(fd, libc::SOL_SOCKET, libc::SO_ERROR)? {
        0 | libc::EISCONN => Ok(()),
        errno => Err(errno),
    };
    try_call(vm, socket, Ready::Connect, Deadline::of(socket), outcome)
}

/// A number of bytes. `method` is the one that it is an argument of.
fn count(vm: &Vm, value: Value, method: &str) -> PyResult<usize> {
    let Some(value) = value.bound() else { return Ok(0) };
    usize::try_from(ssize(vm, value)?).map_err(|_| vm.value_error(format!("negative buffersize in {method}")))
}

/// Memory for so many bytes.
pub(super) fn room(vm: &Vm, count: usize) -> PyResult<Vec<u8>> {
    vm.check_room_for(count)?;
    Ok(vec![0; count])
}

fn receive(vm: &Vm, socket: &Socket, target: &mut [u8], flags: i32) -> PyResult<usize> {
    if target.is_empty() {
        return Ok(0);
    }
    call(vm, socket, Ready::Read, |fd| calls::receive(fd, target, flags))
}

/// Where bytes go, and how many are asked for.
fn target(vm: &Vm, args: &[Value], method: &str, too_small: &str) -> PyResult<(Target, usize)> {
    let target = Target::of(vm, args[1], method)?;
    let wanted = count(vm, args[2], method)?;
    if wanted > target.len() {
        return Err(vm.value_error(too_small));
    }
    let wanted = if wanted == 0 { target.len() } else { wanted };
    Ok((target, wanted))
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// _accept() -> (integer, address info)
    ///
    /// Wait for an incoming connection.  Return a new socket file descriptor representing the connection, and the address of the
    /// client. For IP sockets, the address info is a pair (hostaddr, port).
    #[method("hidden _accept($self, /)")]
    fn accept(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let most = size(vm, &socket)?;
        let most = if socket.family.get() == libc::AF_ALG { 0 } else { most };
        let (fd, address) = call(vm, &socket, Ready::Read, |fd| calls::accept(fd, most))?;
        let shown = show(vm, socket.fd.get(), &address, socket.proto.get());
        let result = shown.and_then(|address| vm.new_tuple(&[Value::small(i64::from(fd)), address]));
        if result.is_err() {
            let _ = calls::close(fd);
        }
        result
    }

    /// bind(address)
    ///
    /// Bind the socket to a local address.  For IP sockets, the address is a pair (host, port); the host must refer to the local host.
    /// For raw packet sockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]]).
    #[method("hidden bind($self, address, /)")]
    fn bind(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let address = read(vm, &socket, args[1], "bind")?;
        simple(vm, &socket, |fd| calls::bind(fd, &address)).map(|_| vm.none())
    }

    /// close()
    ///
    /// Close the socket.  It cannot be used after this call.
    #[method("close($self, /)")]
    fn close_socket(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = This::of(args[0]).fd.replace(-1);
        if fd >= 0 {
            close(vm, fd)?;
        }
        Ok(vm.none())
    }

    /// connect(address)
    ///
    /// Connect the socket to a remote address.  For IP sockets, the address is a pair (host, port).
    #[method("hidden connect($self, address, /)")]
    fn connect_socket(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let address = read(vm, &socket, args[1], "connect")?;
        connect(vm, &socket, &address)?.map_err(|failure| failure.raise(vm))?;
        Ok(vm.none())
    }

    /// connect_ex(address) -> errno
    ///
    /// This is like connect(address), but returns an error code (the errno value) instead of raising an exception when an error occurs.
    #[method("hidden connect_ex($self, address, /)")]
    fn connect_ex(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let address = read(vm, &socket, args[1], "connect_ex")?;
        let errno = match connect(vm, &socket, &address)? {
            Ok(()) => 0,
            Err(Failure::TimedOut) => libc::EWOULDBLOCK,
            Err(Failure::System(errno)) => errno,
        };
        vm.new_int(i64::from(errno))
    }

    /// detach()
    ///
    /// Close the socket object without closing the underlying file descriptor. The object cannot be used after this call, but the file
    /// descriptor can be reused for other purposes.  The file descriptor is returned.
    #[method("hidden detach($self, /)")]
    fn detach(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(This::of(args[0]).fd.replace(-1)))
    }

    /// fileno() -> integer
    ///
    /// Return the integer file descriptor of the socket.
    #[method("hidden fileno($self, /)")]
    fn fileno(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(This::of(args[0]).fd.get()))
    }

    /// getblocking()
    ///
    /// Returns True if socket is in blocking mode, or False if it is in non-blocking mode.
    #[method("hidden getblocking($self, /)")]
    fn getblocking(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(This::of(args[0]).timeout.get() != 0))
    }

    /// getpeername() -> address info
    ///
    /// Return the address of the remote endpoint.  For IP sockets, the address info is a pair (hostaddr, port).
    #[method("hidden getpeername($self, /)")]
    fn getpeername(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let most = size(vm, &socket)?;
        let address = simple(vm, &socket, |fd| calls::peer_address(fd, most))?;
        show(vm, socket.fd.get(), &address, socket.proto.get())
    }

    /// getsockname() -> address info
    ///
    /// Return the address of the local endpoint. The format depends on the address family. For IPv4 sockets, the address info is a pair
    /// (hostaddr, port). For IPv6 sockets, the address info is a 4-tuple (hostaddr, port, flowinfo, scope_id).
    #[method("hidden getsockname($self, /)")]
    fn getsockname(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let most = size(vm, &socket)?;
        let address = simple(vm, &socket, |fd| calls::own_address(fd, most))?;
        show(vm, socket.fd.get(), &address, socket.proto.get())
    }

    /// getsockopt(level, option[, buffersize]) -> value
    ///
    /// Get a socket option.  See the Unix manual for level and option. If a nonzero buffersize argument is given, the return value is a
    /// string of that length; otherwise it is an integer.
    #[method("hidden getsockopt($self, level, option, buffersize=0, /)")]
    fn getsockopt(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let (level, name, len) = (int(vm, args[1])?, int(vm, args[2])?, int_or(vm, args[3], 0)?);
        let wide = socket.family.get() == libc::AF_VSOCK;
        if len == 0 {
            let mut bytes = [0; 8];
            let size = if wide { 8 } else { 4 };
            or_raise(vm, calls::option(socket.fd.get(), level, name, &mut bytes[..size]))?;
            let number = u64::from_ne_bytes(bytes);
            return if wide {
                vm.new_big_int(dashu_int::IBig::from(number))
            } else {
                vm.new_int(i64::from(i32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])))
            };
        }
        if wide {
            return Err(plain_error(vm, "getsockopt string buffer not allowed"));
        }
        let Some(len) = usize::try_from(len).ok().filter(|len| *len <= 1024) else {
            return Err(plain_error(vm, "getsockopt buflen out of range"));
        };
        let mut bytes = vec![0; len];
        let count = or_raise(vm, calls::option(socket.fd.get(), level, name, &mut bytes))?;
        vm.new_bytes(&bytes[..count])
    }

    /// gettimeout() -> timeout
    ///
    /// Returns the timeout in seconds (float) associated with socket operations. A timeout of None indicates that timeouts on socket
    /// operations are disabled.
    #[method("hidden gettimeout($self, /)")]
    fn gettimeout(vm: &Vm, args: &[Value]) -> PyResult {
        show_timeout(vm, This::of(args[0]).timeout.get())
    }

    /// listen([backlog])
    ///
    /// Enable a server to accept connections.  If backlog is specified, it must be at least 0 (if it is lower, it is set to 0); it
    /// specifies the number of unaccepted connections that the system will allow before refusing new connections. If not
    /// specified, a default reasonable value is chosen.
    #[method("hidden listen($self, backlog=128, /)")]
    fn listen(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let backlog = int_or(vm, args[1], 128)?.max(0);
        simple(vm, &socket, |fd| calls::listen(fd, backlog)).map(|_| vm.none())
    }

    /// recv(buffersize[, flags]) -> data
    ///
    /// Receive up to buffersize bytes from the socket.  For the optional flags argument, see the Unix manual.  When no data is available,
    /// block until at least one byte is available or until the remote end is closed.  When the remote end is closed and all data is
    /// read, return the empty string.
    #[method("hidden recv($self, buffersize, flags=0, /)")]
    fn recv(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let wanted = ssize(vm, args[1])?;
        let flags = int_or(vm, args[2], 0)?;
        let wanted = usize::try_from(wanted).map_err(|_| vm.value_error("negative buffersize in recv"))?;
        let mut bytes = room(vm, wanted)?;
        let count = receive(vm, &socket, &mut bytes, flags)?;
        vm.new_bytes(&bytes[..count])
    }

    /// recv_into(buffer, [nbytes[, flags]]) -> nbytes_read
    ///
    /// A version of recv() that stores its data into a buffer rather than creating a new string.  Receive up to buffersize bytes from
    /// the socket.  If buffersize is not specified (or 0), receive up to the size available in the given buffer.
    ///
    /// See recv() for documentation about the flags.
    #[method("hidden recv_into($self, /, buffer, nbytes=0, flags=0)")]
    fn recv_into(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let flags = int_or(vm, args[3], 0)?;
        let (target, wanted) = target(vm, args, "recv_into", "buffer too small for requested bytes")?;
        let mut bytes = room(vm, wanted)?;
        let count = receive(vm, &socket, &mut bytes, flags)?;
        target.store(0, &bytes[..count]);
        target.end(vm);
        vm.new_int(count as i64)
    }

    /// recvfrom(buffersize[, flags]) -> (data, address info)
    ///
    /// Like recv(buffersize, flags) but also return the sender's address info.
    #[method("hidden recvfrom($self, buffersize, flags=0, /)")]
    fn recvfrom(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let wanted = ssize(vm, args[1])?;
        let flags = int_or(vm, args[2], 0)?;
        let wanted = usize::try_from(wanted).map_err(|_| vm.value_error("negative buffersize in recvfrom"))?;
        let mut bytes = room(vm, wanted)?;
        let most = size(vm, &socket)?;
        let (count, from) = call(vm, &socket, Ready::Read, |fd| calls::receive_from(fd, &mut bytes, flags, most))?;
        let bytes = vm.new_bytes(&bytes[..count])?;
        vm.new_tuple(&[bytes, address::show(vm, socket.fd.get(), &from, socket.proto.get())?])
    }

    /// recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)
    ///
    /// Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.
    #[method("hidden recvfrom_into($self, /, buffer, nbytes=0, flags=0)")]
    fn recvfrom_into(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let flags = int_or(vm, args[3], 0)?;
        let too_small = "nbytes is greater than the length of the buffer";
        let (target, wanted) = target(vm, args, "recvfrom_into", too_small)?;
        let mut bytes = room(vm, wanted)?;
        let most = size(vm, &socket)?;
        let (count, from) = call(vm, &socket, Ready::Read, |fd| calls::receive_from(fd, &mut bytes, flags, most))?;
        target.store(0, &bytes[..count]);
        target.end(vm);
        let from = address::show(vm, socket.fd.get(), &from, socket.proto.get())?;
        vm.new_tuple(&[vm.new_int(count as i64)?, from])
    }

    /// Send a data string to the socket.
    ///
    /// For the optional flags argument, see the Unix manual. Return the number of bytes sent; this may be less than len(data) if the
    /// network is busy.
    #[method("send($self, data, flags=0, /)")]
    fn send(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let bytes = buffer::required(vm, args[1])?;
        let flags = int_or(vm, args[2], 0)?;
        let count = call(vm, &socket, Ready::Write, |fd| calls::send(fd, &bytes, flags))?;
        vm.new_int(count as i64)
    }

    /// Send a data string to the socket.
    ///
    /// For the optional flags argument, see the Unix manual. This calls send() repeatedly until all data is sent. If an error occurs,
    /// it's impossible to tell how much data has been sent.
    #[method("sendall($self, data, flags=0, /)")]
    fn sendall(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let bytes = buffer::required(vm, args[1])?;
        let flags = int_or(vm, args[2], 0)?;
        let deadline = Deadline::of(&socket);
        let mut rest: &[u8] = &bytes;
        loop {
            // A call that was interrupted may have sent a part.
            vm.poll()?;
            let sent = try_call(vm, &socket, Ready::Write, deadline, |fd| calls::send(fd, rest, flags))?;
            rest = &rest[sent.map_err(|failure| failure.raise(vm))?..];
            if rest.is_empty() {
                vm.poll()?;
                return Ok(vm.none());
            }
        }
    }

    /// sendto(data[, flags], address) -> count
    ///
    /// Like send(data, flags) but allows specifying the destination address. For IP sockets, the address is a pair (hostaddr, port).
    #[method("hidden sendto($self, /, *args)")]
    fn sendto(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let (data, flags, to) = match &args[1..] {
            [data, to] => (*data, Value::UNBOUND, *to),
            [data, flags, to] => (*data, *flags, *to),
            given => {
                let given = given.len();
                return Err(vm.type_error(format!("sendto() takes 2 or 3 arguments ({given} given)")));
            }
        };
        let bytes = buffer::required(vm, data)?;
        let flags = int_or(vm, flags, 0)?;
        let to = read(vm, &socket, to, "sendto")?;
        let count = call(vm, &socket, Ready::Write, |fd| calls::send_to(fd, &bytes, flags, &to))?;
        vm.new_int(count as i64)
    }

    /// setblocking(flag)
    ///
    /// Set the socket to blocking (flag is true) or non-blocking (false). setblocking(True) is equivalent to settimeout(None);
    /// setblocking(False) is equivalent to settimeout(0.0).
    #[method("hidden setblocking($self, flag, /)")]
    fn setblocking(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let blocking = vm.is_true(args[1])?;
        socket.timeout.set(if blocking { -1 } else { 0 });
        simple(vm, &socket, |fd| calls::set_blocking(fd, blocking)).map(|_| vm.none())
    }

    /// setsockopt(level, option, value: int)
    /// setsockopt(level, option, value: buffer)
    /// setsockopt(level, option, None, optlen: int)
    ///
    /// Set a socket option.  See the Unix manual for level and option. The value argument can either be an integer, a string buffer, or
    /// None, optlen.
    #[method("hidden setsockopt($self, level, option, value, optlen=0, /)")]
    fn setsockopt(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let (fd, level, name) = (socket.fd.get(), int(vm, args[1])?, int(vm, args[2])?);
        let result = match args[4].bound() {
            None if socket.family.get() == libc::AF_VSOCK => {
                let number = crate::host::mask(vm, args[3])?;
                calls::set_option(fd, level, name, &number.to_ne_bytes())
            }
            None => match vm.try_index(args[3])? {
                Some(index) => {
                    let Ok(number) = int(vm, index) else {
                        let found = vm.type_name(args[3]);
                        return Err(vm.type_error(format!("a bytes-like object is required, not '{found}'")));
                    };
                    calls::set_option(fd, level, name, &number.to_ne_bytes())
                }
                None => calls::set_option(fd, level, name, &buffer::required(vm, args[3])?),
            },
            Some(len) if args[3] == vm.none() => {
                let len = crate::host::mask(vm, len)? as u32;
                calls::set_option_length(fd, level, name, len)
            }
            Some(_) => return Err(vm.type_error("setsockopt() takes exactly 3 arguments (4 given)")),
        };
        or_raise(vm, result).map(|_| vm.none())
    }

    /// settimeout(timeout)
    ///
    /// Set a timeout on socket operations.  'timeout' can be a float, giving in seconds, or None.  Setting a timeout of None disables the
    /// timeout feature and is equivalent to setblocking(1). Setting a timeout of zero is the same as setblocking(0).
    #[method("hidden settimeout($self, timeout, /)")]
    fn settimeout(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let timeout = read_timeout(vm, args[1])?;
        socket.timeout.set(timeout);
        simple(vm, &socket, |fd| calls::set_blocking(fd, timeout < 0)).map(|_| vm.none())
    }

    /// shutdown(flag)
    ///
    /// Shut down the reading side of the socket (flag == SHUT_RD), the writing side of the socket (flag == SHUT_WR), or both ends
    /// (flag == SHUT_RDWR).
    #[method("hidden shutdown($self, flag, /)")]
    fn shutdown(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let how = int(vm, args[1])?;
        simple(vm, &socket, |fd| calls::shutdown(fd, how)).map(|_| vm.none())
    }
}
