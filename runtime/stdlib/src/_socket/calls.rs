//! The calls of the system on sockets.

#![allow(unsafe_code)]

use core::mem::size_of;
use core::ptr;

use crate::host::{Sys, last_error};

/// The address of a socket as the system has it: a family in the first two bytes, and what follows is the family's.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
pub struct Address {
    pub bytes: [u8; Address::ROOM],
    /// How many of the bytes are the address.
    pub len: usize,
}

impl Address {
    /// The size of the largest address.
    pub const ROOM: usize = size_of::<libc::sockaddr_storage>();

    /// One with nothing but a family.
    #[must_use]
    pub fn of_family(family: i32, len: usize) -> Address {
        let mut address = Address { bytes: [0; Address::ROOM], len };
        address.bytes[..2].copy_from_slice(&(family as u16).to_ne_bytes());
        address
    }

    /// Room for one that the system fills in.
    fn open(most: usize) -> Address {
        Address { bytes: [0; Address::ROOM], len: most.min(Address::ROOM) }
    }

    /// The number that says whose address it is.
    #[must_use]
    pub fn family(&self) -> i32 {
        i32::from(u16::from_ne_bytes([self.bytes[0], self.bytes[1]]))
    }

    /// # Safety
    /// The pointer leads to so many bytes.
    pub(super) unsafe fn copied(pointer: *const libc::sockaddr, len: usize) -> Address {
        let mut address = Address::open(len);
        if !pointer.is_null() {
            // SAFETY: the caller vouches for the pointer; the length is that of the array at most.
            unsafe { ptr::copy_nonoverlapping(pointer.cast(), address.bytes.as_mut_ptr(), address.len) };
        }
        address
    }

    pub(super) fn pointer(&self) -> *const libc::sockaddr {
        self.bytes.as_ptr().cast()
    }

    fn pointer_mut(&mut self) -> *mut libc::sockaddr {
        self.bytes.as_mut_ptr().cast()
    }

    /// What the system says of the length, which may be more than there was room for.
    fn filled(mut self, len: libc::socklen_t) -> Address {
        self.len = (len as usize).min(self.len);
        self
    }
}

fn check(result: i32) -> Sys {
    if result < 0 { Err(last_error()) } else { Ok(result) }
}

fn check_size(result: isize) -> Sys<usize> {
    usize::try_from(result).map_err(|_| last_error())
}

/// `socket`, not inherited by other programs.
pub fn socket(family: i32, kind: i32, proto: i32) -> Sys {
    // SAFETY: numbers only.
    check(unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, proto) })
}

/// `socketpair`, likewise.
pub fn socketpair(family: i32, kind: i32, proto: i32) -> Sys<[i32; 2]> {
    let mut ends = [-1; 2];
    // SAFETY: there is room for two numbers.
    check(unsafe { libc::socketpair(family, kind | libc::SOCK_CLOEXEC, proto, ends.as_mut_ptr()) })?;
    Ok(ends)
}

/// `accept4`: the new socket and whose it is. `most` is the size of an address; 0 for sockets that cannot say.
pub fn accept(fd: i32, most: usize) -> Sys<(i32, Address)> {
    let mut address = Address::open(most);
    let mut len = address.len as libc::socklen_t;
    let (to, room) = if most == 0 { (ptr::null_mut(), ptr::null_mut()) } else { (address.pointer_mut(), &raw mut len) };
    // SAFETY: both pointers are null, or of this frame with so much room.
    let new = check(unsafe { libc::accept4(fd, to, room, libc::SOCK_CLOEXEC) })?;
    Ok((new, address.filled(len)))
}

/// `bind`.
pub fn bind(fd: i32, address: &Address) -> Sys {
    // SAFETY: so many bytes are there.
    check(unsafe { libc::bind(fd, address.pointer(), address.len as libc::socklen_t) })
}

/// `connect`.
pub fn connect(fd: i32, address: &Address) -> Sys {
    // SAFETY: so many bytes are there.
    check(unsafe { libc::connect(fd, address.pointer(), address.len as libc::socklen_t) })
}

/// `listen`.
pub fn listen(fd: i32, backlog: i32) -> Sys {
    // SAFETY: numbers only.
    check(unsafe { libc::listen(fd, backlog) })
}

/// `shutdown`.
pub fn shutdown(fd: i32, how: i32) -> Sys {
    // SAFETY: numbers only.
    check(unsafe { libc::shutdown(fd, how) })
}

/// `close`.
pub fn close(fd: i32) -> Sys {
    // SAFETY: numbers only.
    check(unsafe { libc::close(fd) })
}

/// A copy of a descriptor, not inherited.
pub fn dup(fd: i32) -> Sys {
    // SAFETY: numbers only.
    check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })
}

/// Whether calls on the socket wait.
pub fn set_blocking(fd: i32, blocking: bool) -> Sys {
    let mut argument = i32::from(!blocking);
    // SAFETY: the request reads a number.
    check(unsafe { libc::ioctl(fd, libc::FIONBIO, &raw mut argument) })
}

/// Waits until a socket is ready; false when the time is over. A time below zero has no end.
pub fn wait(fd: i32, events: i16, milliseconds: i32) -> Sys<bool> {
    let mut list = libc::pollfd { fd, events, revents: 0 };
    // SAFETY: one entry of this frame.
    check(unsafe { libc::poll(&raw mut list, 1, milliseconds) }).map(|count| count > 0)
}

/// `getsockname`.
pub fn own_address(fd: i32, most: usize) -> Sys<Address> {
    let mut address = Address::open(most);
    let mut len = address.len as libc::socklen_t;
    // SAFETY: so much room is there.
    check(unsafe { libc::getsockname(fd, address.pointer_mut(), &raw mut len) })?;
    Ok(address.filled(len))
}

/// `getpeername`.
pub fn peer_address(fd: i32, most: usize) -> Sys<Address> {
    let mut address = Address::open(most);
    let mut len = address.len as libc::socklen_t;
    // SAFETY: so much room is there.
    check(unsafe { libc::getpeername(fd, address.pointer_mut(), &raw mut len) })?;
    Ok(address.filled(len))
}

/// `getsockopt` into memory: how many bytes.
pub fn option(fd: i32, level: i32, name: i32, memory: &mut [u8]) -> Sys<usize> {
    let mut len = memory.len() as libc::socklen_t;
    // SAFETY: so much room is there.
    check(unsafe { libc::getsockopt(fd, level, name, memory.as_mut_ptr().cast(), &raw mut len) })?;
    Ok((len as usize).min(memory.len()))
}

/// `getsockopt` of a number.
pub fn number_option(fd: i32, level: i32, name: i32) -> Sys {
    let mut bytes = [0; 4];
    option(fd, level, name, &mut bytes)?;
    Ok(i32::from_ne_bytes(bytes))
}

/// `setsockopt`.
pub fn set_option(fd: i32, level: i32, name: i32, value: &[u8]) -> Sys {
    // SAFETY: so many bytes are there.
    check(unsafe { libc::setsockopt(fd, level, name, value.as_ptr().cast(), value.len() as libc::socklen_t) })
}

/// `setsockopt` with a length and no bytes.
pub fn set_option_length(fd: i32, level: i32, name: i32, len: u32) -> Sys {
    // SAFETY: options that take no bytes read none; the system checks the null.
    check(unsafe { libc::setsockopt(fd, level, name, ptr::null(), len) })
}

/// `recv`.
pub fn receive(fd: i32, target: &mut [u8], flags: i32) -> Sys<usize> {
    // SAFETY: so much room is there.
    check_size(unsafe { libc::recv(fd, target.as_mut_ptr().cast(), target.len(), flags) })
}

/// `recvfrom`.
pub fn receive_from(fd: i32, target: &mut [u8], flags: i32, most: usize) -> Sys<(usize, Address)> {
    let mut address = Address::open(most);
    let mut len = address.len as libc::socklen_t;
    // SAFETY: so much room is there, for both.
    let count = check_size(unsafe {
        libc::recvfrom(fd, target.as_mut_ptr().cast(), target.len(), flags, address.pointer_mut(), &raw mut len)
    })?;
    Ok((count, address.filled(len)))
}

/// `send`.
pub fn send(fd: i32, bytes: &[u8], flags: i32) -> Sys<usize> {
    // SAFETY: so many bytes are there.
    check_size(unsafe { libc::send(fd, bytes.as_ptr().cast(), bytes.len(), flags) })
}

/// `sendto`.
pub fn send_to(fd: i32, bytes: &[u8], flags: i32, address: &Address) -> Sys<usize> {
    // SAFETY: so many bytes are there, for both.
    check_size(unsafe {
        libc::sendto(fd, bytes.as_ptr().cast(), bytes.len(), flags, address.pointer(), address.len as libc::socklen_t)
    })
}

/// `sendmsg`: parts of a message, what is beside them as the system has it, and where to.
pub fn send_message(fd: i32, parts: &[&[u8]], control: &[u8], flags: i32, to: Option<&Address>) -> Sys<usize> {
    let mut parts: Vec<libc::iovec> = parts
        .iter()
        .map(|part| libc::iovec { iov_base: part.as_ptr().cast_mut().cast(), iov_len: part.len() })
        .collect();
    // SAFETY: a message of zeros is one without anything; the pointers are to memory that is there during the call, which
    // only reads it.
    check_size(unsafe {
        let mut message: libc::msghdr = core::mem::zeroed();
        if let Some(to) = to {
            message.msg_name = to.pointer().cast_mut().cast();
            message.msg_namelen = to.len as libc::socklen_t;
        }
        message.msg_iov = parts.as_mut_ptr();
        message.msg_iovlen = parts.len() as _;
        if !control.is_empty() {
            message.msg_control = control.as_ptr().cast_mut().cast();
            message.msg_controllen = control.len() as _;
        }
        libc::sendmsg(fd, &raw const message, flags)
    })
}

/// What `recvmsg` says beside the bytes.
pub struct Received {
    pub count: usize,
    /// How much of the memory for it is used by what came beside the bytes.
    pub control: usize,
    pub flags: i32,
    pub address: Address,
}

/// `recvmsg` into parts, one behind the other.
pub fn receive_message(fd: i32, parts: &mut [Vec<u8>], control: &mut [u8], flags: i32, most: usize) -> Sys<Received> {
    let mut address = Address::open(most);
    let mut parts: Vec<libc::iovec> =
        parts.iter_mut().map(|part| libc::iovec { iov_base: part.as_mut_ptr().cast(), iov_len: part.len() }).collect();
    // SAFETY: the pointers are to memory of the sizes that are said, which is there during the call.
    unsafe {
        let mut message: libc::msghdr = core::mem::zeroed();
        message.msg_name = address.pointer_mut().cast();
        message.msg_namelen = address.len as libc::socklen_t;
        message.msg_iov = parts.as_mut_ptr();
        message.msg_iovlen = parts.len() as _;
        if !control.is_empty() {
            message.msg_control = control.as_mut_ptr().cast();
            message.msg_controllen = control.len() as _;
        }
        let count = check_size(libc::recvmsg(fd, &raw mut message, flags))?;
        #[allow(clippy::unnecessary_cast, reason = "the types differ from system to system")]
        let used = (message.msg_controllen as usize).min(control.len());
        Ok(Received { count, control: used, flags: message.msg_flags, address: address.filled(message.msg_namelen) })
    }
}

/// The name of an interface by its number, as a socket sees it.
pub fn interface_name(fd: i32, index: i32) -> Sys<Vec<u8>> {
    // SAFETY: the request is filled here and written by the call.
    unsafe {
        let mut request: libc::ifreq = core::mem::zeroed();
        request.ifr_ifru.ifru_ifindex = index;
        check(libc::ioctl(fd, libc::SIOCGIFNAME as _, &raw mut request))?;
        let name = request.ifr_name.map(|byte| byte as u8);
        Ok(name.split(|byte| *byte == 0).next().unwrap_or_default().to_vec())
    }
}

/// The number of an interface by its name, of which what is too long is cut off.
pub fn interface_number(fd: i32, name: &[u8]) -> Sys {
    // SAFETY: the request is filled here and written by the call.
    unsafe {
        let mut request: libc::ifreq = core::mem::zeroed();
        for (to, byte) in request.ifr_name.iter_mut().take(libc::IFNAMSIZ - 1).zip(name) {
            *to = *byte as _;
        }
        check(libc::ioctl(fd, libc::SIOCGIFINDEX as _, &raw mut request))?;
        Ok(request.ifr_ifru.ifru_ifindex)
    }
}
