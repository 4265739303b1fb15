//! Addresses: what stands for one in Python, and its bytes for the system. Which form it has is up to the family.

use std::ffi::{CStr, CString};

use orochi_vm::codecs;
use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::bytes::{Bytes, buffer};
use orochi_vm::types::int::to_i64;
use orochi_vm::types::str::Str;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Gc, PyResult, Value, Vm};

use super::calls::{self, Address};
use super::database::{self, Wanted};
use super::socket::Socket;
use super::{plain_error, resolver_error};
use crate::host::{int, or_raise};

const AF_QIPCRTR: i32 = 42;
const AF_TIPC: i32 = libc::AF_TIPC;
/// Where the path of an AF_UNIX address begins, and how long it can be.
const PATH: usize = 2;
const PATH_ROOM: usize = 108;
/// The size of an AF_TIPC address, and its kinds.
const TIPC_SIZE: usize = 16;
const TIPC_RANGE: u32 = 1;
const TIPC_NAME: u32 = 2;
const TIPC_ID: u32 = 3;

/// How many bytes the addresses of a socket's family have.
pub(super) fn size(vm: &Vm, socket: &Socket) -> PyResult<usize> {
    Ok(match socket.family.get() {
        libc::AF_UNIX => PATH + PATH_ROOM,
        libc::AF_INET => size_of::<libc::sockaddr_in>(),
        libc::AF_INET6 => size_of::<libc::sockaddr_in6>(),
        libc::AF_NETLINK => size_of::<libc::sockaddr_nl>(),
        AF_QIPCRTR => 12,
        libc::AF_VSOCK => size_of::<libc::sockaddr_vm>(),
        libc::AF_RDS => size_of::<libc::sockaddr_in>(),
        libc::AF_PACKET => size_of::<libc::sockaddr_ll>(),
        AF_TIPC => TIPC_SIZE,
        libc::AF_CAN => size_of::<libc::sockaddr_can>(),
        libc::AF_ALG => size_of::<libc::sockaddr_alg>(),
        _ => return Err(plain_error(vm, "getsockaddrlen: bad family")),
    })
}

// ---- to Python -------------------------------------------------------------------------------------------------------------

impl Address {
    fn u16_at(&self, at: usize) -> u16 {
        u16::from_ne_bytes([self.bytes[at], self.bytes[at + 1]])
    }

    fn u32_at(&self, at: usize) -> u32 {
        u32::from_ne_bytes([self.bytes[at], self.bytes[at + 1], self.bytes[at + 2], self.bytes[at + 3]])
    }

    fn put_u16(&mut self, at: usize, number: u16) {
        self.bytes[at..at + 2].copy_from_slice(&number.to_ne_bytes());
    }

    fn put_u32(&mut self, at: usize, number: u32) {
        self.bytes[at..at + 4].copy_from_slice(&number.to_ne_bytes());
    }

    /// The part of it that says which host is meant, of the two families of the internet.
    pub(super) fn host(&self) -> &[u8] {
        if self.family() == libc::AF_INET6 { &self.bytes[8..24] } else { &self.bytes[4..8] }
    }
}

fn up_to_zero(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// The text of an internet address.
pub(super) fn show_host(vm: &Vm, family: i32, bytes: &[u8]) -> PyResult {
    let text = or_raise(vm, database::shown(family, bytes))?;
    vm.new_str(&text)
}

/// The object for an address.
pub(super) fn show(vm: &Vm, fd: i32, address: &Address, proto: i32) -> PyResult {
    if address.len == 0 {
        return Ok(vm.none());
    }
    let number = |number: u32| vm.new_int(i64::from(number));
    let port = |at: usize| number(u32::from(u16::from_be(address.u16_at(at))));
    match address.family() {
        libc::AF_INET => vm.new_tuple(&[show_host(vm, libc::AF_INET, address.host())?, port(2)?]),
        libc::AF_INET6 => vm.new_tuple(&[
            show_host(vm, libc::AF_INET6, address.host())?,
            port(2)?,
            number(u32::from_be(address.u32_at(4)))?,
            number(address.u32_at(24))?,
        ]),
        libc::AF_UNIX => {
            let path = &address.bytes[PATH..address.len.clamp(PATH, PATH + PATH_ROOM)];
            match path.first() {
                // A name that is in no folder.
                Some(0) => vm.new_bytes(path),
                _ => vm.fs_decode(up_to_zero(path)).map(Value::from),
            }
        }
        libc::AF_NETLINK | AF_QIPCRTR => vm.new_tuple(&[number(address.u32_at(4))?, number(address.u32_at(8))?]),
        libc::AF_VSOCK => vm.new_tuple(&[number(address.u32_at(8))?, number(address.u32_at(4))?]),
        libc::AF_PACKET => show_packet(vm, fd, address),
        AF_TIPC => show_tipc(vm, address),
        libc::AF_CAN => show_can(vm, fd, address, proto),
        libc::AF_ALG => vm.new_tuple(&[
            Str::from_wtf8(vm, up_to_zero(&address.bytes[2..16]))?.into(),
            Str::from_wtf8(vm, up_to_zero(&address.bytes[24..88]))?.into(),
            number(address.u32_at(16))?,
            number(address.u32_at(20))?,
        ]),
        family => {
            let data = vm.new_bytes(&address.bytes[2..16])?;
            vm.new_tuple(&[vm.new_int(i64::from(family))?, data])
        }
    }
}

/// The name of the interface with a number; empty when there is none.
fn interface(vm: &Vm, fd: i32, index: u32) -> PyResult {
    let name = if index == 0 { Vec::new() } else { calls::interface_name(fd, index as i32).unwrap_or_default() };
    vm.fs_decode(&name).map(Value::from)
}

fn show_packet(vm: &Vm, fd: i32, address: &Address) -> PyResult {
    let count = usize::from(address.bytes[11]).min(8);
    vm.new_tuple(&[
        interface(vm, fd, address.u32_at(4))?,
        vm.new_int(i64::from(u16::from_be(address.u16_at(2)) as i16))?,
        vm.new_int(i64::from(address.bytes[10] as i8))?,
        vm.new_int(i64::from(address.u16_at(8) as i16))?,
        vm.new_bytes(&address.bytes[12..12 + count])?,
    ])
}

fn show_tipc(vm: &Vm, address: &Address) -> PyResult {
    let kind = u32::from(address.bytes[2]);
    let (a, b, c) = (address.u32_at(4), address.u32_at(8), address.u32_at(12));
    let numbers = match kind {
        TIPC_RANGE => [kind, a, b, c, u32::from(address.bytes[3])],
        TIPC_NAME => [kind, a, b, b, u32::from(address.bytes[3])],
        // The two numbers are the other way round there.
        TIPC_ID => [kind, b, a, 0, u32::from(address.bytes[3])],
        _ => return Err(vm.value_error("Invalid address type")),
    };
    vm.new_tuple(&numbers.map(|number| Value::small(i64::from(number))))
}

fn show_can(vm: &Vm, fd: i32, address: &Address, proto: i32) -> PyResult {
    let name = interface(vm, fd, address.u32_at(4))?;
    let number = |number: u32| Value::small(i64::from(number));
    match proto {
        6 => vm.new_tuple(&[name, number(address.u32_at(8)), number(address.u32_at(12))]),
        7 => {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&address.bytes[8..16]);
            let own = vm.new_big_int(dashu_int::IBig::from(u64::from_ne_bytes(bytes)))?;
            vm.new_tuple(&[name, own, number(address.u32_at(16)), number(u32::from(address.bytes[20]))])
        }
        _ => vm.new_tuple(&[name]),
    }
}

// ---- from Python -----------------------------------------------------------------------------------------------------------

/// The items of an address that is a tuple of some length. `form` says what it must be.
fn items(vm: &Vm, address: Value, lengths: core::ops::RangeInclusive<usize>, form: &str) -> PyResult<Gc<Tuple>> {
    match address.cast::<Tuple>() {
        Some(tuple) if lengths.contains(&tuple.len()) => Ok(tuple),
        _ => Err(vm.type_error(form)),
    }
}

fn check_tuple(vm: &Vm, address: Value, caller: &str, family: &str) -> PyResult<()> {
    if address.cast::<Tuple>().is_some() {
        return Ok(());
    }
    let found = vm.type_name(address);
    Err(vm.type_error(format!("{caller}(): {family} address must be tuple, not {found}")))
}

/// An argument of the C type `unsigned int`, reduced to its bits.
fn bits(vm: &Vm, value: Value) -> PyResult<u32> {
    crate::host::mask(vm, value).map(|bits| bits as u32)
}

/// The name of a host for the resolver. Names that are not ASCII are encoded for it (IDNA).
pub(super) fn host_name(vm: &Vm, name: Value) -> PyResult<CString> {
    let bytes = if let Some(bytes) = name.cast::<Bytes>() {
        bytes.as_slice().to_vec()
    } else if let Some(array) = name.cast::<ByteArray>() {
        array.data.borrow().clone()
    } else if let Some(text) = name.cast::<Str>() {
        match text.as_ascii() {
            Some(text) => text.as_bytes().to_vec(),
            None => match codecs::encode(vm, text, "idna", "strict") {
                Ok(bytes) => bytes,
                Err(raised) => {
                    let _ = vm.take_exception(raised);
                    return Err(vm.type_error("encoding of hostname failed"));
                }
            },
        }
    } else {
        let found = vm.type_name(name);
        return Err(vm.type_error(format!("str, bytes or bytearray expected, not {found}")));
    };
    CString::new(bytes).map_err(|_| vm.type_error("host name must not contain null character"))
}

/// The address of a host, without a port. No name at all is any host, of this machine.
pub(super) fn find_host(vm: &Vm, name: &CStr, family: i32) -> PyResult<Address> {
    let find = |name: Option<&CStr>, service: Option<&CStr>, kind: i32, flags: i32| {
        let wanted = Wanted { family, kind, flags, ..Wanted::default() };
        vm.allow_threads(|| database::resolve(name, service, wanted)).map_err(|failure| resolver_error(vm, failure))
    };
    if name.is_empty() {
        let mut found = find(None, Some(c"0"), libc::SOCK_DGRAM, libc::AI_PASSIVE)?;
        return match (found.pop(), found.is_empty()) {
            (Some(info), true) if [libc::AF_INET, libc::AF_INET6].contains(&info.family) => Ok(info.address),
            (_, true) => Err(plain_error(vm, "unsupported address family")),
            _ => Err(plain_error(vm, "wildcard resolved to multiple address")),
        };
    }
    let v4 = |bytes: &[u8]| {
        let mut address = Address::of_family(libc::AF_INET, size_of::<libc::sockaddr_in>());
        address.bytes[4..8].copy_from_slice(&bytes[..4]);
        address
    };
    if [&b"255.255.255.255"[..], b"<broadcast>"].contains(&name.to_bytes()) {
        if family != libc::AF_INET && family != libc::AF_UNSPEC {
            return Err(plain_error(vm, "address family mismatched"));
        }
        return Ok(v4(&[255; 4]));
    }
    if (family == libc::AF_INET || family == libc::AF_UNSPEC)
        && let Ok(Some(bytes)) = database::packed(libc::AF_INET, name)
    {
        return Ok(v4(&bytes));
    }
    if (family == libc::AF_INET6 || family == libc::AF_UNSPEC)
        && !name.to_bytes().contains(&b'%')
        && let Ok(Some(bytes)) = database::packed(libc::AF_INET6, name)
    {
        let mut address = Address::of_family(libc::AF_INET6, size_of::<libc::sockaddr_in6>());
        address.bytes[8..24].copy_from_slice(&bytes);
        return Ok(address);
    }
    let found = find(Some(name), None, 0, 0)?;
    match found.first() {
        Some(info) if [libc::AF_INET, libc::AF_INET6].contains(&info.address.family()) => Ok(info.address),
        _ => Err(plain_error(vm, "unknown address family")),
    }
}

/// The address that an argument of a method stands for. `caller` is the method.
pub(super) fn read(vm: &Vm, socket: &Socket, address: Value, caller: &str) -> PyResult<Address> {
    match socket.family.get() {
        libc::AF_UNIX => read_unix(vm, address),
        libc::AF_INET | libc::AF_RDS => read_internet(vm, address, caller, libc::AF_INET),
        libc::AF_INET6 => read_internet(vm, address, caller, libc::AF_INET6),
        libc::AF_NETLINK => {
            check_tuple(vm, address, caller, "AF_NETLINK")?;
            let pair = items(vm, address, 2..=2, "AF_NETLINK address must be a pair (pid, groups)")?;
            read_pair(vm, pair, libc::AF_NETLINK, size_of::<libc::sockaddr_nl>(), [4, 8])
        }
        AF_QIPCRTR => {
            check_tuple(vm, address, "getsockaddrarg", "AF_QIPCRTR")?;
            let pair = items(vm, address, 2..=2, "getsockaddrarg() takes exactly 2 arguments")?;
            read_pair(vm, pair, AF_QIPCRTR, 12, [4, 8])
        }
        libc::AF_VSOCK => {
            check_tuple(vm, address, "getsockaddrarg", "AF_VSOCK")?;
            let pair = items(vm, address, 2..=2, "getsockaddrarg() takes exactly 2 arguments")?;
            read_pair(vm, pair, libc::AF_VSOCK, size_of::<libc::sockaddr_vm>(), [8, 4])
        }
        libc::AF_PACKET => read_packet(vm, socket, address, caller),
        AF_TIPC => read_tipc(vm, address, caller),
        libc::AF_CAN => read_can(vm, socket, address, caller),
        libc::AF_ALG => read_alg(vm, address, caller),
        _ => Err(plain_error(vm, &format!("{caller}(): bad family"))),
    }
}

fn read_unix(vm: &Vm, address: Value) -> PyResult<Address> {
    let path = match address.cast::<Str>() {
        Some(_) => vm.fs_encode(address)?,
        None => buffer::required(vm, address)?.into_vec(),
    };
    // A path ends in a zero; names that are in no folder begin with one.
    let is_path = path.first().is_some_and(|first| *first != 0);
    if path.len() + usize::from(is_path) > PATH_ROOM {
        return Err(plain_error(vm, "AF_UNIX path too long"));
    }
    let mut unix = Address::of_family(libc::AF_UNIX, PATH + path.len() + usize::from(is_path));
    unix.bytes[PATH..PATH + path.len()].copy_from_slice(&path);
    Ok(unix)
}

fn read_internet(vm: &Vm, address: Value, caller: &str, family: i32) -> PyResult<Address> {
    let v6 = family == libc::AF_INET6;
    check_tuple(vm, address, caller, if v6 { "AF_INET6" } else { "AF_INET" })?;
    let tuple = if v6 {
        items(vm, address, 2..=4, "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])")?
    } else {
        items(vm, address, 2..=2, "AF_INET address must be a pair (host, port)")?
    };
    let items = tuple.items();
    let bad_port = || vm.overflow_error(format!("{caller}(): port must be 0-65535."));
    let name = host_name(vm, items[0])?;
    let index = vm.index(items[1])?;
    let port = to_i64(index).and_then(|port| i32::try_from(port).ok()).ok_or_else(bad_port)?;
    let rest = |index: usize| items.get(index).map_or(Ok(0), |value| bits(vm, *value));
    let (flow, scope) = (rest(2)?, rest(3)?);
    let mut found = find_host(vm, &name, family)?;
    let port = u16::try_from(port).map_err(|_| bad_port())?;
    found.put_u16(0, family as u16);
    found.put_u16(2, port.to_be());
    if v6 {
        if flow > 0xfffff {
            return Err(vm.overflow_error(format!("{caller}(): flowinfo must be 0-1048575.")));
        }
        found.put_u32(4, flow.to_be());
        found.put_u32(24, scope);
        found.len = size_of::<libc::sockaddr_in6>();
    } else {
        found.len = size_of::<libc::sockaddr_in>();
    }
    Ok(found)
}

fn read_pair(vm: &Vm, pair: Gc<Tuple>, family: i32, len: usize, places: [usize; 2]) -> PyResult<Address> {
    let mut address = Address::of_family(family, len);
    for (item, place) in pair.items().iter().zip(places) {
        address.put_u32(place, bits(vm, *item)?);
    }
    Ok(address)
}

/// The text of an item, without zeros.
fn text(vm: &Vm, value: Value) -> PyResult<CString> {
    let Some(text) = value.cast::<Str>() else {
        let found = vm.argument_name(value);
        return Err(vm.type_error(format!("argument must be str, not {found}")));
    };
    let bytes = codecs::encode(vm, text, "utf-8", "strict")?;
    CString::new(bytes).map_err(|_| vm.value_error("embedded null character"))
}

fn read_packet(vm: &Vm, socket: &Socket, address: Value, caller: &str) -> PyResult<Address> {
    check_tuple(vm, address, caller, "AF_PACKET")?;
    let tuple = items(vm, address, 2..=5, "AF_PACKET address must be a tuple of two to five elements")?;
    let items = tuple.items();
    let number = |index: usize| match items.get(index) {
        Some(value) => match vm.absorb(int(vm, *value), vm.types().overflow_error)? {
            Some(number) => Ok(number),
            None => Err(vm.overflow_error(format!("{caller}(): address argument out of range"))),
        },
        None => Ok(0),
    };
    let name = text(vm, items[0])?;
    let (proto, kind, hardware) = (number(1)?, number(2)?, number(3)?);
    let own = items.get(4).map(|value| buffer::required(vm, *value)).transpose()?;
    let own = own.as_deref().unwrap_or_default();
    let index = or_raise(vm, calls::interface_number(socket.fd.get(), name.to_bytes()))?;
    if own.len() > 8 {
        return Err(vm.value_error("Hardware address must be 8 bytes or less"));
    }
    let Ok(proto) = u16::try_from(proto) else {
        return Err(vm.overflow_error(format!("{caller}(): proto must be 0-65535.")));
    };
    let mut packet = Address::of_family(libc::AF_PACKET, size_of::<libc::sockaddr_ll>());
    packet.put_u16(2, proto.to_be());
    packet.put_u32(4, index as u32);
    packet.put_u16(8, hardware as u16);
    packet.bytes[10] = kind as u8;
    packet.bytes[11] = own.len() as u8;
    packet.bytes[12..12 + own.len()].copy_from_slice(own);
    Ok(packet)
}

fn read_tipc(vm: &Vm, address: Value, caller: &str) -> PyResult<Address> {
    check_tuple(vm, address, caller, "AF_TIPC")?;
    let tuple = items(vm, address, 4..=5, "AF_TIPC address must be a tuple (addr_type, v1, v2, v3[, scope])")?;
    let mut numbers = [0, 0, 0, 0, 2];
    for (number, item) in numbers.iter_mut().zip(tuple.items()) {
        *number = bits(vm, *item)?;
    }
    let [kind, a, b, c, scope] = numbers;
    let mut tipc = Address::of_family(AF_TIPC, TIPC_SIZE);
    tipc.bytes[2] = kind as u8;
    tipc.bytes[3] = scope as u8;
    let (first, second, third) = match kind {
        TIPC_RANGE => (a, b, c),
        TIPC_NAME => (a, b, 0),
        TIPC_ID => (b, a, 0),
        _ => return Err(vm.type_error("Invalid address type")),
    };
    tipc.put_u32(4, first);
    tipc.put_u32(8, second);
    tipc.put_u32(12, third);
    Ok(tipc)
}

fn read_can(vm: &Vm, socket: &Socket, address: Value, caller: &str) -> PyResult<Address> {
    let count = match socket.proto.get() {
        1 | 2 => 1,
        6 => 3,
        7 => 4,
        _ => return Err(plain_error(vm, &format!("{caller}(): unsupported CAN protocol"))),
    };
    check_tuple(vm, address, caller, "AF_CAN")?;
    let form = match count {
        1 => "AF_CAN address must be a tuple (interface, )".to_owned(),
        _ => format!("function takes exactly {count} arguments"),
    };
    let tuple = items(vm, address, count..=count, &form)?;
    let items = tuple.items();
    let name = vm.system_path(items[0])?;
    let name = name.to_bytes();
    let index = match name.len() {
        0 => 0,
        1..libc::IFNAMSIZ => or_raise(vm, calls::interface_number(socket.fd.get(), name))?,
        _ => return Err(plain_error(vm, "AF_CAN interface name too long")),
    };
    let mut can = Address::of_family(libc::AF_CAN, size_of::<libc::sockaddr_can>());
    can.put_u32(4, index as u32);
    if count == 3 {
        can.put_u32(8, bits(vm, items[1])?);
        can.put_u32(12, bits(vm, items[2])?);
    } else if count == 4 {
        can.bytes[8..16].copy_from_slice(&crate::host::mask(vm, items[1])?.to_ne_bytes());
        can.put_u32(16, bits(vm, items[2])?);
        can.bytes[20] = bits(vm, items[3])? as u8;
    }
    Ok(can)
}

fn read_alg(vm: &Vm, address: Value, caller: &str) -> PyResult<Address> {
    check_tuple(vm, address, caller, "AF_ALG")?;
    let tuple = items(vm, address, 2..=4, "AF_ALG address must be a tuple (type, name[, feat[, mask]])")?;
    let items = tuple.items();
    let (kind, name) = (text(vm, items[0])?, text(vm, items[1])?);
    let rest = |index: usize| items.get(index).map_or(Ok(0), |value| bits(vm, *value));
    let mut alg = Address::of_family(libc::AF_ALG, size_of::<libc::sockaddr_alg>());
    alg.put_u32(16, rest(2)? & 0xffff);
    alg.put_u32(20, rest(3)? & 0xffff);
    let (kind, name) = (kind.to_bytes(), name.to_bytes());
    if kind.len() >= 14 {
        return Err(vm.value_error("AF_ALG type too long."));
    }
    if name.len() >= 64 {
        return Err(vm.value_error("AF_ALG name too long."));
    }
    alg.bytes[2..2 + kind.len()].copy_from_slice(kind);
    alg.bytes[24..24 + name.len()].copy_from_slice(name);
    Ok(alg)
}
