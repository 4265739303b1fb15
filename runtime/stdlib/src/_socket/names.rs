//! The functions of the module: names of hosts and services, addresses as texts, interfaces, descriptors.

use std::ffi::CString;

use orochi_macros::methods;
use orochi_vm::codecs;
use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::bytes::{Bytes, buffer};
use orochi_vm::types::int::to_i64_clamped;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{PyResult, Raised, Value, Vm};

use super::address::{find_host, show, show_host};
use super::database::{self, Host, Wanted};
use super::socket::{self, close, read_timeout, show_timeout};
use super::{calls, host_error, messages, plain_error, resolver_error};
use crate::host::{int, int_or, long, mask, or_raise, ssize};

/// A text argument, as UTF-8 without zeros. `what` names it in messages.
fn text(vm: &Vm, value: Value, what: &str) -> PyResult<CString> {
    let Some(text) = value.cast::<Str>() else {
        let found = vm.argument_name(value);
        return Err(vm.type_error(format!("{what} must be str, not {found}")));
    };
    let bytes = codecs::encode(vm, text, "utf-8", "strict")?;
    CString::new(bytes).map_err(|_| vm.value_error("embedded null character"))
}

/// An optional one.
fn optional_text(vm: &Vm, value: Value, what: &str) -> PyResult<Option<CString>> {
    value.bound().map(|value| text(vm, value, what)).transpose()
}

/// The name of a host, encoded for the resolver.
fn host_argument(vm: &Vm, value: Value, function: &str) -> PyResult<CString> {
    let bytes = if let Some(text) = value.cast::<Str>() {
        codecs::encode(vm, text, "idna", "strict")?
    } else if let Some(bytes) = value.cast::<Bytes>() {
        bytes.as_slice().to_vec()
    } else if let Some(array) = value.cast::<ByteArray>() {
        array.data.borrow().clone()
    } else {
        let found = vm.argument_name(value);
        return Err(vm.type_error(format!("{function}() argument 1 must be str, bytes or bytearray, not {found}")));
    };
    CString::new(bytes).map_err(|_| vm.type_error("encoded string without null bytes expected"))
}

/// A text of the C library's.
fn decoded(vm: &Vm, bytes: &[u8]) -> PyResult {
    codecs::decode(vm, bytes, "utf-8", "strict")
}

/// Name, aliases and addresses.
fn show_known(vm: &Vm, family: i32, host: &Host) -> PyResult {
    if host.family != family {
        return Err(vm.os_error(libc::EAFNOSUPPORT, vm.none()));
    }
    let (aliases, addresses) = (List::with_capacity(vm, 0)?, List::with_capacity(vm, 0)?);
    for alias in &host.aliases {
        aliases.push(vm, decoded(vm, alias)?)?;
    }
    for address in &host.addresses {
        addresses.push(vm, show_host(vm, family, address)?)?;
    }
    vm.new_tuple(&[decoded(vm, &host.name)?, aliases.into(), addresses.into()])
}

/// An unsigned number of so many bits.
fn unsigned(vm: &Vm, value: Value, bits: u32) -> PyResult<u32> {
    match to_i64_clamped(vm.index(value)?) {
        ..0 => Err(vm.value_error("Cannot convert negative int")),
        number if number < 1 << bits => Ok(number as u32),
        _ => Err(vm.overflow_error(format!("Python int too large to convert to C uint{bits}_t"))),
    }
}

fn port_error(vm: &Vm) -> Raised {
    vm.overflow_error("getservbyport: port must be 0-65535.")
}

/// What comes before a port in `getaddrinfo`: None, or a name for the resolver.
fn host_or_none(vm: &Vm, value: Value) -> PyResult<Option<CString>> {
    if value == vm.none() {
        return Ok(None);
    }
    let bytes = if let Some(text) = value.cast::<Str>() {
        codecs::encode(vm, text, "idna", "strict")?
    } else if let Some(bytes) = value.cast::<Bytes>() {
        bytes.as_slice().to_vec()
    } else {
        return Err(vm.type_error("getaddrinfo() argument 1 must be string or None"));
    };
    up_to_zero(vm, bytes).map(Some)
}

/// The C library reads up to the first zero.
fn up_to_zero(vm: &Vm, mut bytes: Vec<u8>) -> PyResult<CString> {
    if let Some(end) = bytes.iter().position(|byte| *byte == 0) {
        bytes.truncate(end);
    }
    CString::new(bytes).map_err(|_| vm.value_error("embedded null byte"))
}

/// The port of `getaddrinfo`: a number, a text, or None.
fn service_or_none(vm: &Vm, value: Value) -> PyResult<Option<CString>> {
    if value == vm.none() {
        return Ok(None);
    }
    let bytes = if let Some(index) = vm.try_index(value)? {
        vm.to_str(index)?.to_wtf8()
    } else if let Some(text) = value.cast::<Str>() {
        codecs::encode(vm, text, "utf-8", "strict")?
    } else if let Some(bytes) = value.cast::<Bytes>() {
        bytes.as_slice().to_vec()
    } else {
        return Err(plain_error(vm, "Int or String expected"));
    };
    up_to_zero(vm, bytes).map(Some)
}

#[methods(pub(super) FUNCTIONS)]
impl Functions {
    /// CMSG_LEN(length) -> control message length
    ///
    /// Return the total length, without trailing padding, of an ancillary data item with associated data of the given length.  This
    /// value can often be used as the buffer size for recvmsg() to receive a single item of ancillary data, but RFC 3542 requires
    /// portable applications to use CMSG_SPACE() and thus include space for padding, even when the item will be the last in the
    /// buffer.  Raises OverflowError if length is outside the permissible range of values.
    #[method("hidden CMSG_LEN(length, /)")]
    fn cmsg_len(vm: &Vm, args: &[Value]) -> PyResult {
        let len = usize::try_from(ssize(vm, args[0])?).ok().and_then(messages::item_length);
        len.map_or_else(|| Err(vm.overflow_error("CMSG_LEN() argument out of range")), |len| vm.new_int(len as i64))
    }

    /// CMSG_SPACE(length) -> buffer size
    ///
    /// Return the buffer size needed for recvmsg() to receive an ancillary data item with associated data of the given length, along with
    /// any trailing padding.  The buffer space needed to receive multiple items is the sum of the CMSG_SPACE() values for their
    /// associated data lengths.  Raises OverflowError if length is outside the permissible range of values.
    #[method("hidden CMSG_SPACE(length, /)")]
    fn cmsg_space(vm: &Vm, args: &[Value]) -> PyResult {
        let len = usize::try_from(ssize(vm, args[0])?).ok().and_then(messages::item_space);
        len.map_or_else(|| Err(vm.overflow_error("CMSG_SPACE() argument out of range")), |len| vm.new_int(len as i64))
    }

    /// close(integer) -> None
    ///
    /// Close an integer socket file descriptor.  This is like os.close(), but for sockets; on some platforms os.close() won't work for
    /// socket file descriptors.
    #[method("hidden close(fd, /)")]
    fn close_fd(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = long(vm, args[0])? as i32;
        close(vm, fd)?;
        Ok(vm.none())
    }

    /// dup(integer) -> integer
    ///
    /// Duplicate an integer socket file descriptor.  This is like os.dup(), but for sockets; on some platforms os.dup() won't work for
    /// socket file descriptors.
    #[method("hidden dup(fd, /)")]
    fn dup(vm: &Vm, args: &[Value]) -> PyResult {
        let fd = long(vm, args[0])? as i32;
        vm.new_int(i64::from(or_raise(vm, calls::dup(fd))?))
    }

    /// getaddrinfo(host, port [, family, type, proto, flags])
    ///     -> list of (family, type, proto, canonname, sockaddr)
    ///
    /// Resolve host and port into addrinfo struct.
    #[method("hidden getaddrinfo(host, port, family=0, type=0, proto=0, flags=0)")]
    fn getaddrinfo(vm: &Vm, args: &[Value]) -> PyResult {
        let wanted = Wanted {
            family: int_or(vm, args[2], libc::AF_UNSPEC)?,
            kind: int_or(vm, args[3], 0)?,
            proto: int_or(vm, args[4], 0)?,
            flags: int_or(vm, args[5], 0)?,
        };
        let host = host_or_none(vm, args[0])?;
        let service = service_or_none(vm, args[1])?;
        let found = vm
            .allow_threads(|| database::resolve(host.as_deref(), service.as_deref(), wanted))
            .map_err(|failure| resolver_error(vm, failure))?;
        let list = List::with_capacity(vm, found.len())?;
        for info in &found {
            let number = |number: i32| Value::small(i64::from(number));
            let canonical = decoded(vm, &info.canonical)?;
            let address = show(vm, -1, &info.address, wanted.proto)?;
            let items = [number(info.family), number(info.kind), number(info.proto), canonical, address];
            list.push(vm, vm.new_tuple(&items)?)?;
        }
        Ok(list.into())
    }

    /// getdefaulttimeout() -> timeout
    ///
    /// Returns the default timeout in seconds (float) for new socket objects. A value of None indicates that new socket objects have no
    /// timeout. When the socket module is first imported, the default is None.
    #[method("hidden getdefaulttimeout()")]
    fn getdefaulttimeout(vm: &Vm, _: &[Value]) -> PyResult {
        show_timeout(vm, socket::default_timeout(vm))
    }

    /// gethostbyaddr(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses, for a host.  The host argument is a string giving a host
    /// name or IP number.
    #[method("hidden gethostbyaddr(host, /)")]
    fn gethostbyaddr(vm: &Vm, args: &[Value]) -> PyResult {
        let name = host_argument(vm, args[0], "gethostbyaddr")?;
        let address = find_host(vm, &name, libc::AF_UNSPEC)?;
        let family = address.family();
        let found = vm.allow_threads(|| database::host_at(family, address.host()));
        show_known(vm, family, &found.map_err(|error| host_error(vm, error))?)
    }

    /// gethostbyname(host) -> address
    ///
    /// Return the IP address (a string of the form '255.255.255.255') for a host.
    #[method("hidden gethostbyname(host, /)")]
    fn gethostbyname(vm: &Vm, args: &[Value]) -> PyResult {
        let name = host_argument(vm, args[0], "gethostbyname")?;
        let address = find_host(vm, &name, libc::AF_INET)?;
        show_host(vm, libc::AF_INET, address.host())
    }

    /// gethostbyname_ex(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses, for a host.  The host argument is a string giving a host
    /// name or IP number.
    #[method("hidden gethostbyname_ex(host, /)")]
    fn gethostbyname_ex(vm: &Vm, args: &[Value]) -> PyResult {
        let name = host_argument(vm, args[0], "gethostbyname_ex")?;
        let family = find_host(vm, &name, libc::AF_INET)?.family();
        let found = vm.allow_threads(|| database::host_named(&name));
        show_known(vm, family, &found.map_err(|error| host_error(vm, error))?)
    }

    /// gethostname() -> string
    ///
    /// Return the current host name.
    #[method("hidden gethostname()")]
    fn gethostname(vm: &Vm, _: &[Value]) -> PyResult {
        let name = or_raise(vm, database::host_name())?;
        vm.fs_decode(&name).map(Value::from)
    }

    /// getnameinfo(sockaddr, flags) --> (host, port)
    ///
    /// Get host and port for a sockaddr.
    #[method("hidden getnameinfo(sockaddr, flags, /)")]
    fn getnameinfo(vm: &Vm, args: &[Value]) -> PyResult {
        let flags = int(vm, args[1])?;
        let Some(tuple) = args[0].cast::<Tuple>() else {
            return Err(vm.type_error("getnameinfo() argument 1 must be a tuple"));
        };
        let items = tuple.items();
        if !(2..=4).contains(&items.len()) || items[0].cast::<Str>().is_none() {
            return Err(vm.type_error("getnameinfo(): illegal sockaddr argument"));
        }
        let host = text(vm, items[0], "argument 1")?;
        let port = int(vm, items[1])?;
        let rest = |index: usize| items.get(index).map_or(Ok(0), |value| mask(vm, *value).map(|bits| bits as u32));
        let (flow, scope) = (rest(2)?, rest(3)?);
        if flow > 0xfffff {
            return Err(vm.overflow_error("getnameinfo(): flowinfo must be 0-1048575."));
        }
        let Ok(service) = CString::new(port.to_string()) else { return Err(vm.value_error("embedded null byte")) };
        let wanted = Wanted {
            kind: libc::SOCK_DGRAM,
            // No name is resolved.
            flags: libc::AI_NUMERICHOST,
            ..Wanted::default()
        };
        let mut found = vm
            .allow_threads(|| database::resolve(Some(&host), Some(&service), wanted))
            .map_err(|failure| resolver_error(vm, failure))?;
        let (Some(info), true) = (found.pop(), found.is_empty()) else {
            return Err(plain_error(vm, "sockaddr resolved to multiple addresses"));
        };
        let mut address = info.address;
        match info.family {
            libc::AF_INET if items.len() != 2 => return Err(plain_error(vm, "IPv4 sockaddr must be 2 tuple")),
            libc::AF_INET6 => {
                address.bytes[4..8].copy_from_slice(&flow.to_be_bytes());
                address.bytes[24..28].copy_from_slice(&scope.to_ne_bytes());
            }
            _ => {}
        }
        let (host, service) =
            vm.allow_threads(|| database::name_of(&address, flags)).map_err(|failure| resolver_error(vm, failure))?;
        vm.new_tuple(&[decoded(vm, &host)?, decoded(vm, &service)?])
    }

    /// getprotobyname(name) -> integer
    ///
    /// Return the protocol number for the named protocol.  (Rarely used.)
    #[method("hidden getprotobyname(name, /)")]
    fn getprotobyname(vm: &Vm, args: &[Value]) -> PyResult {
        let name = text(vm, args[0], "getprotobyname() argument 1")?;
        match vm.allow_threads(|| database::protocol_named(&name)) {
            Some(number) => vm.new_int(i64::from(number)),
            None => Err(plain_error(vm, "protocol not found")),
        }
    }

    /// getservbyname(servicename[, protocolname]) -> integer
    ///
    /// Return a port number from a service name and protocol name. The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[method("hidden getservbyname(servicename, protocolname=None, /)")]
    fn getservbyname(vm: &Vm, args: &[Value]) -> PyResult {
        let name = text(vm, args[0], "getservbyname() argument 1")?;
        let proto = optional_text(vm, args[1], "getservbyname() argument 2")?;
        match vm.allow_threads(|| database::service_named(&name, proto.as_deref())) {
            Some(port) => vm.new_int(i64::from(port)),
            None => Err(plain_error(vm, "service/proto not found")),
        }
    }

    /// getservbyport(port[, protocolname]) -> string
    ///
    /// Return the service name from a port number and protocol name. The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[method("hidden getservbyport(port, protocolname=None, /)")]
    fn getservbyport(vm: &Vm, args: &[Value]) -> PyResult {
        let port = int(vm, args[0])?;
        let proto = optional_text(vm, args[1], "getservbyport() argument 2")?;
        let port = u16::try_from(port).map_err(|_| port_error(vm))?;
        match vm.allow_threads(|| database::service_at(port, proto.as_deref())) {
            Some(name) => decoded(vm, &name),
            None => Err(plain_error(vm, "port/proto not found")),
        }
    }

    /// Convert a 32-bit unsigned integer from host to network byte order.
    #[method("htonl(integer, /)")]
    fn htonl(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(unsigned(vm, args[0], 32)?.to_be()))
    }

    /// Convert a 16-bit unsigned integer from host to network byte order.
    #[method("htons(integer, /)")]
    fn htons(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from((unsigned(vm, args[0], 16)? as u16).to_be()))
    }

    /// Returns the interface name corresponding to the interface index if_index.
    #[method("if_indextoname(if_index, /)")]
    fn if_indextoname(vm: &Vm, args: &[Value]) -> PyResult {
        let number = match to_i64_clamped(vm.index(args[0])?) {
            ..0 => return Err(vm.value_error("Cannot convert negative int")),
            number => u32::try_from(number)
                .map_err(|_| vm.overflow_error("Python int too large to convert to C unsigned int"))?,
        };
        let name = or_raise(vm, database::interface_name(number))?;
        vm.fs_decode(&name).map(Value::from)
    }

    /// if_nameindex()
    ///
    /// Returns a list of network interface information (index, name) tuples.
    #[method("hidden if_nameindex()")]
    fn if_nameindex(vm: &Vm, _: &[Value]) -> PyResult {
        let list = List::with_capacity(vm, 0)?;
        for (number, name) in or_raise(vm, database::interfaces())? {
            let pair = [vm.new_int(i64::from(number))?, vm.fs_decode(&name)?.into()];
            list.push(vm, vm.new_tuple(&pair)?)?;
        }
        Ok(list.into())
    }

    /// Returns the interface index corresponding to the interface name if_name.
    #[method("if_nametoindex(oname, /)")]
    fn if_nametoindex(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.system_path(args[0])?;
        match database::interface_number(&name) {
            0 => Err(plain_error(vm, "no interface with this name")),
            number => vm.new_int(i64::from(number)),
        }
    }

    /// Convert an IP address in string format (123.45.67.89) to the 32-bit packed binary format used in low-level network functions.
    #[method("inet_aton(ip_addr, /)")]
    fn inet_aton(vm: &Vm, args: &[Value]) -> PyResult {
        let address = text(vm, args[0], "inet_aton() argument")?;
        match database::loose_ipv4(&address) {
            Some(bytes) => vm.new_bytes(&bytes),
            None => Err(plain_error(vm, "illegal IP address string passed to inet_aton")),
        }
    }

    /// Convert an IP address from 32-bit packed binary format to string format.
    #[method("inet_ntoa(packed_ip, /)")]
    fn inet_ntoa(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = buffer::required(vm, args[0])?;
        if bytes.len() != 4 {
            return Err(plain_error(vm, "packed IP wrong length for inet_ntoa"));
        }
        show_host(vm, libc::AF_INET, &bytes)
    }

    /// inet_ntop(af, packed_ip) -> string formatted IP address
    ///
    /// Convert a packed IP address of the given family to string format.
    #[method("hidden inet_ntop(af, packed_ip, /)")]
    fn inet_ntop(vm: &Vm, args: &[Value]) -> PyResult {
        let family = int(vm, args[0])?;
        let bytes = buffer::required(vm, args[1])?;
        let expected = match family {
            libc::AF_INET => 4,
            libc::AF_INET6 => 16,
            _ => return Err(vm.value_error(format!("unknown address family {family}"))),
        };
        if bytes.len() != expected {
            return Err(vm.value_error("invalid length of packed IP address string"));
        }
        show_host(vm, family, &bytes)
    }

    /// inet_pton(af, ip) -> packed IP address string
    ///
    /// Convert an IP address from string format to a packed string suitable for use with low-level network functions.
    #[method("hidden inet_pton(af, ip, /)")]
    fn inet_pton(vm: &Vm, args: &[Value]) -> PyResult {
        let family = int(vm, args[0])?;
        let address = text(vm, args[1], "inet_pton() argument 2")?;
        match or_raise(vm, database::packed(family, &address))? {
            Some(bytes) if family == libc::AF_INET => vm.new_bytes(&bytes[..4]),
            Some(bytes) => vm.new_bytes(&bytes),
            None => Err(plain_error(vm, "illegal IP address string passed to inet_pton")),
        }
    }

    /// Convert a 32-bit unsigned integer from network to host byte order.
    #[method("ntohl(integer, /)")]
    fn ntohl(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(u32::from_be(unsigned(vm, args[0], 32)?)))
    }

    /// Convert a 16-bit unsigned integer from network to host byte order.
    #[method("ntohs(integer, /)")]
    fn ntohs(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(i64::from(u16::from_be(unsigned(vm, args[0], 16)? as u16)))
    }

    /// setdefaulttimeout(timeout)
    ///
    /// Set the default timeout in seconds (float) for new socket objects. A value of None indicates that new socket objects have no
    /// timeout. When the socket module is first imported, the default is None.
    #[method("hidden setdefaulttimeout(timeout, /)")]
    fn setdefaulttimeout(vm: &Vm, args: &[Value]) -> PyResult {
        let timeout = read_timeout(vm, args[0])?;
        socket::set_default_timeout(vm, timeout)?;
        Ok(vm.none())
    }

    /// sethostname(name)
    ///
    /// Sets the hostname to name.
    #[method("hidden sethostname(name, /)")]
    fn sethostname(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.system_path(args[0])?;
        or_raise(vm, database::set_host_name(name.as_bytes())).map(|_| vm.none())
    }

    /// socketpair([family[, type [, proto]]]) -> (socket object, socket object)
    ///
    /// Create a pair of socket objects from the sockets returned by the platform socketpair() function. The arguments are the same as for
    /// socket() except the default family is AF_UNIX if defined on the platform; otherwise, the default is AF_INET.
    #[method("hidden socketpair(family=AF_UNIX, type=SOCK_STREAM, proto=0, /)")]
    fn socketpair(vm: &Vm, args: &[Value]) -> PyResult {
        let family = int_or(vm, args[0], libc::AF_UNIX)?;
        let kind = int_or(vm, args[1], libc::SOCK_STREAM)?;
        let proto = int_or(vm, args[2], 0)?;
        let [first, second] = or_raise(vm, calls::socketpair(family, kind, proto))?;
        let first = socket::make(vm, first, family, kind, proto);
        // It closes the descriptor itself when it fails.
        let second = socket::make(vm, second, family, kind, proto);
        vm.new_tuple(&[first?, second?])
    }
}
