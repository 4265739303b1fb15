//! Messages with more than bytes in them: what is beside the bytes (descriptors, say) is a list of items with a level, a type and data.

use orochi_macros::methods;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Gc, PyResult, Value, Vm};

use super::address::{read, show, size};
use super::calls;
use super::methods::room;
use super::plain_error;
use super::socket::{Ready, Socket, This, call};
use crate::_io::target::Target;
use crate::host::{int, int_or, ssize};

/// The head of an item: its length, with the head; the level; the type. Items begin at whole words.
const HEAD: usize = align(size_of::<usize>() + 8);
/// The most bytes that there can be of it.
const LARGEST: usize = i32::MAX as usize;

const fn align(len: usize) -> usize {
    len.next_multiple_of(size_of::<usize>())
}

/// The length of an item with so much data; `None` when that is too much.
pub(super) fn item_length(len: usize) -> Option<usize> {
    (len <= LARGEST - HEAD).then_some(HEAD + len)
}

/// The same with what is left free behind it.
pub(super) fn item_space(len: usize) -> Option<usize> {
    (len <= LARGEST - HEAD - size_of::<usize>()).then(|| HEAD + align(len))
}

/// Puts an item behind those that are there.
fn push_item(memory: &mut Vec<u8>, level: i32, kind: i32, data: &[u8], len: usize) {
    let start = memory.len();
    memory.extend_from_slice(&len.to_ne_bytes());
    memory.extend_from_slice(&level.to_ne_bytes());
    memory.extend_from_slice(&kind.to_ne_bytes());
    memory.resize(start + HEAD, 0);
    memory.extend_from_slice(data);
    memory.resize(start + align(memory.len() - start), 0);
}

/// An item that was received. `whole` is false when a part of it did not fit.
struct Item<'a> {
    level: i32,
    kind: i32,
    data: &'a [u8],
    whole: bool,
}

/// Takes the first item off. `None` at the end; an error for what is none.
fn next_item<'a>(memory: &mut &'a [u8]) -> Option<Result<Item<'a>, ()>> {
    if memory.len() < size_of::<usize>() + 8 {
        return None;
    }
    let (head, _) = memory.split_at(size_of::<usize>() + 8);
    let (len, rest) = head.split_at(size_of::<usize>());
    let len = len.try_into().map_or(0, usize::from_ne_bytes);
    let number = |bytes: &[u8]| bytes.try_into().map_or(0, i32::from_ne_bytes);
    let (level, kind) = (number(&rest[..4]), number(&rest[4..]));
    if len < HEAD || memory.len() < HEAD {
        *memory = &[];
        return Some(Err(()));
    }
    let end = len.min(memory.len());
    let item = Item { level, kind, data: &memory[HEAD..end], whole: end == len };
    *memory = memory.get(align(end)..).unwrap_or_default();
    Some(Ok(item))
}

/// The list of what was received.
fn show_items(vm: &Vm, mut memory: &[u8]) -> PyResult {
    let list = List::with_capacity(vm, 0)?;
    while let Some(item) = next_item(&mut memory) {
        if !matches!(item, Ok(Item { whole: true, .. })) {
            let text = "received malformed or improperly-truncated ancillary data";
            vm.warn(vm.types().runtime_warning, text, 1)?;
        }
        let Ok(item) = item else { break };
        let (level, kind) = (vm.new_int(i64::from(item.level))?, vm.new_int(i64::from(item.kind))?);
        list.push(vm, vm.new_tuple(&[level, kind, vm.new_bytes(item.data)?])?)?;
        if !item.whole {
            break;
        }
    }
    Ok(list.into())
}

/// Closes descriptors that nobody will get.
fn close_descriptors(mut memory: &[u8]) {
    while let Some(Ok(item)) = next_item(&mut memory) {
        if item.level != libc::SOL_SOCKET || item.kind != libc::SCM_RIGHTS {
            continue;
        }
        for number in item.data.chunks_exact(4) {
            let _ = calls::close(number.try_into().map_or(-1, i32::from_ne_bytes));
        }
    }
}

/// Receives into parts of memory. `first` makes the first of the results of how many bytes there are.
fn receive(
    vm: &Vm,
    socket: &Socket,
    parts: &mut [Vec<u8>],
    [control, flags]: [Value; 2],
    first: impl FnOnce(&[Vec<u8>], usize) -> PyResult,
) -> PyResult {
    let most = size(vm, socket)?;
    let control = control.bound().map_or(Ok(0), |value| ssize(vm, value))?;
    let flags = int_or(vm, flags, 0)?;
    let Some(control) = usize::try_from(control).ok().filter(|len| *len <= LARGEST) else {
        return Err(vm.value_error("invalid ancillary data buffer length"));
    };
    let mut control = room(vm, control)?;
    let got = call(vm, socket, Ready::Read, |fd| calls::receive_message(fd, parts, &mut control, flags, most))?;
    let control = &control[..got.control];
    let result = || {
        let first = first(parts, got.count)?;
        let items = show_items(vm, control)?;
        let flags = vm.new_int(i64::from(got.flags))?;
        vm.new_tuple(&[first, items, flags, show(vm, socket.fd.get(), &got.address, socket.proto.get())?])
    };
    let result = result();
    if result.is_err() {
        close_descriptors(control);
    }
    result
}

/// The bytes-like objects of an iterable.
fn parts(vm: &Vm, iterable: Value, method: &str) -> PyResult<Vec<Vec<u8>>> {
    if vm.absorb(vm.iter(iterable), vm.types().type_error)?.is_none() {
        return Err(vm.type_error(format!("{method}() argument 1 must be an iterable")));
    }
    let mut parts = Vec::new();
    vm.for_each(iterable, |part| {
        parts.push(buffer::required(vm, part)?.into_vec());
        Ok(())
    })?;
    if parts.len() > LARGEST {
        return Err(plain_error(vm, &format!("{method}() argument 1 is too long")));
    }
    Ok(parts)
}

/// The memory for the system of what is to be sent beside the bytes.
fn control(vm: &Vm, items: Value) -> PyResult<Vec<u8>> {
    if vm.absorb(vm.iter(items), vm.types().type_error)?.is_none() {
        return Err(vm.type_error("sendmsg() argument 2 must be an iterable"));
    }
    let mut memory = Vec::new();
    vm.for_each(items, |item| {
        let what = "[sendmsg() ancillary data items]";
        let tuple = match item.cast::<Tuple>() {
            Some(tuple) => tuple,
            None if item.cast::<List>().is_some() => vm.tuple_from(item)?,
            None => {
                let found = vm.argument_name(item);
                return Err(vm.type_error(format!("{what}() argument must be 3-item tuple, not {found}")));
            }
        };
        let [level, kind, data] = *tuple.items() else {
            let count = tuple.len();
            return Err(vm.type_error(format!("{what}() argument must be tuple of length 3, not {count}")));
        };
        let (level, kind) = (int(vm, level)?, int(vm, kind)?);
        let data = buffer::required(vm, data)?;
        let (Some(len), Some(space)) = (item_length(data.len()), item_space(data.len())) else {
            return Err(plain_error(vm, "ancillary data item too large"));
        };
        if memory.len() + space > LARGEST {
            return Err(plain_error(vm, "too much ancillary data"));
        }
        push_item(&mut memory, level, kind, &data, len);
        Ok(())
    })?;
    Ok(memory)
}

fn slices(parts: &[Vec<u8>]) -> Vec<&[u8]> {
    parts.iter().map(Vec::as_slice).collect()
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)
    ///
    /// Receive normal data (up to bufsize bytes) and ancillary data from the socket.  The ancbufsize argument sets the size in bytes of the
    /// internal buffer used to receive the ancillary data; it defaults to 0, meaning that no ancillary data will be received.
    /// Appropriate buffer sizes for ancillary data can be calculated using CMSG_SPACE() or CMSG_LEN(), and items which do not fit into
    /// the buffer might be truncated or discarded.  The flags argument defaults to 0 and has the same meaning as for recv().
    ///
    /// The ancdata item is a list of tuples (cmsg_level, cmsg_type, cmsg_data).
    #[method("hidden recvmsg($self, bufsize, ancbufsize=0, flags=0, /)")]
    fn recvmsg(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let Ok(wanted) = usize::try_from(ssize(vm, args[1])?) else {
            return Err(vm.value_error("negative buffer size in recvmsg()"));
        };
        let mut parts = [room(vm, wanted)?];
        receive(vm, &socket, &mut parts, [args[2], args[3]], |parts, count| {
            vm.new_bytes(&parts[0][..count.min(wanted)])
        })
    }

    /// recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)
    ///
    /// Receive normal data and ancillary data from the socket, scattering the non-ancillary data into a series of buffers.  The buffers
    /// argument must be an iterable of objects that export writable buffers (e.g. bytearray objects).
    #[method("hidden recvmsg_into($self, buffers, ancbufsize=0, flags=0, /)")]
    fn recvmsg_into(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        if vm.absorb(vm.iter(args[1]), vm.types().type_error)?.is_none() {
            return Err(vm.type_error("recvmsg_into() argument 1 must be an iterable"));
        }
        let buffers: Gc<Tuple> = vm.tuple_from(args[1])?;
        let mut parts = Vec::new();
        for buffer in buffers.items() {
            let Some(target) = vm.absorb(Target::of(vm, *buffer, "recvmsg_into"), vm.types().type_error)? else {
                let text = "recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers";
                return Err(vm.type_error(text));
            };
            parts.push(room(vm, target.len())?);
            target.end(vm);
        }
        receive(vm, &socket, &mut parts, [args[2], args[3]], |parts, count| {
            let mut left = count;
            for (buffer, part) in buffers.items().iter().zip(parts) {
                let target = Target::of(vm, *buffer, "recvmsg_into")?;
                let here = left.min(part.len());
                target.store(0, &part[..here]);
                target.end(vm);
                left -= here;
            }
            vm.new_int(count as i64)
        })
    }

    /// Send normal and ancillary data to the socket.
    ///
    /// It gathers the non-ancillary data from a series of buffers and concatenates it into a single message. The buffers argument
    /// specifies the non-ancillary data as an iterable of bytes-like objects (e.g. bytes objects). The ancdata argument specifies the
    /// ancillary data (control messages) as an iterable of zero or more tuples (cmsg_level, cmsg_type, cmsg_data), where cmsg_level and
    /// cmsg_type are integers specifying the protocol level and protocol-specific type respectively, and cmsg_data is a bytes-like
    /// object holding the associated data.  The flags argument defaults to 0 and has the same meaning as for send().  If address is
    /// supplied and not None, it sets a destination address for the message.  The return value is the number of bytes of
    /// non-ancillary data sent.
    #[method("hidden sendmsg($self, buffers, ancdata=(), flags=0, address=None, /)")]
    fn sendmsg(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        let flags = int_or(vm, args[3], 0)?;
        let to = args[4].bound().filter(|address| *address != vm.none());
        let to = to.map(|address| read(vm, &socket, address, "sendmsg")).transpose()?;
        let buffers = parts(vm, args[1], "sendmsg")?;
        let control = args[2].bound().map_or(Ok(Vec::new()), |items| control(vm, items))?;
        let parts = slices(&buffers);
        let send = |fd: i32| calls::send_message(fd, &parts, &control, flags, to.as_ref());
        vm.new_int(call(vm, &socket, Ready::Write, send)? as i64)
    }

    /// sendmsg_afalg([msg], *, op[, iv[, assoclen[, flags=MSG_MORE]]])
    ///
    /// Set operation mode, IV and length of associated data for an AF_ALG operation socket.
    #[method("hidden sendmsg_afalg($self, /, msg=(), *, op=-1, iv=None, assoclen=-1, flags=0)")]
    fn sendmsg_afalg(vm: &Vm, args: &[Value]) -> PyResult {
        let socket = This::of(args[0]);
        if socket.family.get() != libc::AF_ALG {
            return Err(plain_error(vm, "algset is only supported for AF_ALG"));
        }
        let operation = vm.absorb(int_or(vm, args[2], -1), vm.types().overflow_error)?.unwrap_or(-1);
        let Ok(operation) = u32::try_from(operation) else {
            return Err(vm.type_error("Invalid or missing argument 'op'"));
        };
        let mut control = Vec::new();
        let number = |control: &mut Vec<u8>, kind: i32, number: u32| {
            push_item(control, libc::SOL_ALG, kind, &number.to_ne_bytes(), HEAD + 4);
        };
        number(&mut control, libc::ALG_SET_OP, operation);
        if let Some(iv) = args[3].bound() {
            let iv = buffer::required(vm, iv)?;
            let mut data = (iv.len() as u32).to_ne_bytes().to_vec();
            data.extend_from_slice(&iv);
            data.resize(align(data.len()), 0);
            let len = HEAD + data.len();
            push_item(&mut control, libc::SOL_ALG, libc::ALG_SET_IV, &data, len);
        }
        if let Some(len) = args[4].bound() {
            let Ok(len) = u32::try_from(int(vm, len)?) else {
                return Err(vm.type_error("assoclen must be positive"));
            };
            number(&mut control, libc::ALG_SET_AEAD_ASSOCLEN, len);
        }
        let flags = int_or(vm, args[5], 0)?;
        let buffers = args[1].bound().map_or(Ok(Vec::new()), |iterable| parts(vm, iterable, "sendmsg"))?;
        let parts = slices(&buffers);
        let send = |fd: i32| calls::send_message(fd, &parts, &control, flags, None);
        vm.new_int(call(vm, &socket, Ready::Write, send)? as i64)
    }
}
