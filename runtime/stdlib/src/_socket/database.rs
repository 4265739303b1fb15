//! What the C library knows of hosts, services, protocols and interfaces.

#![allow(unsafe_code)]

use core::ptr;
use std::ffi::CStr;
use std::sync::Mutex;

use libc::{c_char, c_int};

use super::calls::Address;
use crate::host::{Sys, last_error};

unsafe extern "C" {
    fn gethostbyname_r(
        name: *const c_char,
        result: *mut libc::hostent,
        memory: *mut c_char,
        len: usize,
        found: *mut *mut libc::hostent,
        error: *mut c_int,
    ) -> c_int;
    fn gethostbyaddr_r(
        address: *const libc::c_void,
        len: libc::socklen_t,
        family: c_int,
        result: *mut libc::hostent,
        memory: *mut c_char,
        size: usize,
        found: *mut *mut libc::hostent,
        error: *mut c_int,
    ) -> c_int;
    fn inet_aton(text: *const c_char, address: *mut libc::in_addr) -> c_int;
    fn inet_ntop(family: c_int, address: *const libc::c_void, text: *mut c_char, len: libc::socklen_t)
    -> *const c_char;
    fn inet_pton(family: c_int, text: *const c_char, address: *mut libc::c_void) -> c_int;
}

/// Functions whose result is memory of the library's own are called by one thread at a time.
static DATABASE: Mutex<()> = Mutex::new(());

/// # Safety
/// The pointer is null or to a C string.
unsafe fn text(pointer: *const c_char) -> Vec<u8> {
    // SAFETY: the caller vouches for it.
    if pointer.is_null() { Vec::new() } else { unsafe { CStr::from_ptr(pointer) }.to_bytes().to_vec() }
}

fn pointer(text: Option<&CStr>) -> *const c_char {
    text.map_or(ptr::null(), CStr::as_ptr)
}

/// What is asked of [`resolve`].
#[derive(Clone, Copy, Default)]
pub struct Wanted {
    pub family: i32,
    pub kind: i32,
    pub proto: i32,
    pub flags: i32,
}

/// An answer of [`resolve`].
pub struct Info {
    pub family: i32,
    pub kind: i32,
    pub proto: i32,
    pub canonical: Vec<u8>,
    pub address: Address,
}

/// Why a name was not found: a number of the resolver's, or of the system's.
#[derive(Clone, Copy)]
pub enum Failure {
    Resolver(i32),
    System(i32),
}

fn resolver_failure(error: i32) -> Failure {
    if error == libc::EAI_SYSTEM { Failure::System(last_error()) } else { Failure::Resolver(error) }
}

/// `getaddrinfo`.
pub fn resolve(host: Option<&CStr>, service: Option<&CStr>, wanted: Wanted) -> Result<Vec<Info>, Failure> {
    let mut answers = Vec::new();
    // SAFETY: the hints are of this frame; the list that the library makes is gone through once and given back.
    unsafe {
        let mut hints: libc::addrinfo = core::mem::zeroed();
        hints.ai_family = wanted.family;
        hints.ai_socktype = wanted.kind;
        hints.ai_protocol = wanted.proto;
        hints.ai_flags = wanted.flags;
        let mut list = ptr::null_mut();
        let error = libc::getaddrinfo(pointer(host), pointer(service), &raw const hints, &raw mut list);
        if error != 0 {
            return Err(resolver_failure(error));
        }
        let mut next = list;
        while let Some(entry) = next.as_ref() {
            answers.push(Info {
                family: entry.ai_family,
                kind: entry.ai_socktype,
                proto: entry.ai_protocol,
                canonical: text(entry.ai_canonname),
                address: Address::copied(entry.ai_addr, entry.ai_addrlen as usize),
            });
            next = entry.ai_next;
        }
        if !list.is_null() {
            libc::freeaddrinfo(list);
        }
    }
    Ok(answers)
}

/// `getnameinfo`: a host and a service.
pub fn name_of(address: &Address, flags: i32) -> Result<(Vec<u8>, Vec<u8>), Failure> {
    let (mut host, mut service) = ([0 as c_char; 1025], [0 as c_char; 32]);
    // SAFETY: the address has so many bytes, and there is so much room; both texts end in a zero then.
    unsafe {
        let error = libc::getnameinfo(
            address.pointer(),
            address.len as libc::socklen_t,
            host.as_mut_ptr(),
            host.len() as _,
            service.as_mut_ptr(),
            service.len() as _,
            flags,
        );
        if error != 0 {
            return Err(resolver_failure(error));
        }
        Ok((text(host.as_ptr()), text(service.as_ptr())))
    }
}

/// The text of a resolver's error number.
pub fn resolver_text(error: i32) -> String {
    // SAFETY: the library's texts are always there.
    String::from_utf8_lossy(&unsafe { text(libc::gai_strerror(error)) }).into_owned()
}

/// The text of an error number of `gethostbyname` and its kin.
pub fn host_error_text(error: i32) -> String {
    // SAFETY: the library's texts are always there.
    String::from_utf8_lossy(&unsafe { text(libc::hstrerror(error)) }).into_owned()
}

/// A host: its name, its other names, its addresses.
pub struct Host {
    pub family: i32,
    pub name: Vec<u8>,
    pub aliases: Vec<Vec<u8>>,
    pub addresses: Vec<Vec<u8>>,
}

/// # Safety
/// The library filled the entry, and what it points to is there still.
unsafe fn copy_host(entry: &libc::hostent) -> Host {
    let (mut aliases, mut addresses) = (Vec::new(), Vec::new());
    // SAFETY: the caller vouches for the pointers; both lists end in a null. They need not be aligned.
    unsafe {
        let mut next = entry.h_aliases;
        while !next.is_null() && !next.read_unaligned().is_null() {
            aliases.push(text(next.read_unaligned()));
            next = next.add(1);
        }
        let mut next = entry.h_addr_list;
        while !next.is_null() && !next.read_unaligned().is_null() {
            let address = next.read_unaligned().cast::<u8>().cast_const();
            addresses.push(core::slice::from_raw_parts(address, entry.h_length as usize).to_vec());
            next = next.add(1);
        }
        Host { family: entry.h_addrtype, name: text(entry.h_name), aliases, addresses }
    }
}

/// Memory for what the library finds, aligned for its pointers.
type Memory = [u64; 2048];

/// `gethostbyname_r`. The error is a number of its own.
pub fn host_named(name: &CStr) -> Sys<Host> {
    let mut memory: Memory = [0; 2048];
    // SAFETY: a host of zeros is filled by the library, with pointers into the memory of the size that is said.
    unsafe {
        let mut result: libc::hostent = core::mem::zeroed();
        let (mut found, mut error) = (ptr::null_mut::<libc::hostent>(), 0);
        let room = core::mem::size_of_val(&memory);
        gethostbyname_r(
            name.as_ptr(),
            &raw mut result,
            memory.as_mut_ptr().cast(),
            room,
            &raw mut found,
            &raw mut error,
        );
        found.as_ref().map(|entry| copy_host(entry)).ok_or(error)
    }
}

/// `gethostbyaddr_r`. The error is a number of its own.
pub fn host_at(family: i32, address: &[u8]) -> Sys<Host> {
    let mut memory: Memory = [0; 2048];
    // SAFETY: as above; the address has so many bytes.
    unsafe {
        let mut result: libc::hostent = core::mem::zeroed();
        let (mut found, mut error) = (ptr::null_mut::<libc::hostent>(), 0);
        let room = core::mem::size_of_val(&memory);
        gethostbyaddr_r(
            address.as_ptr().cast(),
            address.len() as libc::socklen_t,
            family,
            &raw mut result,
            memory.as_mut_ptr().cast(),
            room,
            &raw mut found,
            &raw mut error,
        );
        found.as_ref().map(|entry| copy_host(entry)).ok_or(error)
    }
}

fn locked<R>(f: impl FnOnce() -> R) -> R {
    // There is nothing that a thread which panicked could have left half done.
    let _guard = DATABASE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    f()
}

/// `getservbyname`: the port.
pub fn service_named(name: &CStr, proto: Option<&CStr>) -> Option<u16> {
    // SAFETY: the entry is read before anyone else can ask.
    locked(|| unsafe {
        let entry = libc::getservbyname(name.as_ptr(), pointer(proto)).as_ref()?;
        Some(u16::from_be(entry.s_port as u16))
    })
}

/// `getservbyport`: the name.
pub fn service_at(port: u16, proto: Option<&CStr>) -> Option<Vec<u8>> {
    // SAFETY: the entry is read before anyone else can ask.
    locked(|| unsafe {
        let entry = libc::getservbyport(c_int::from(port.to_be()), pointer(proto)).as_ref()?;
        Some(text(entry.s_name))
    })
}

/// `getprotobyname`: the number.
pub fn protocol_named(name: &CStr) -> Option<i32> {
    // SAFETY: the entry is read before anyone else can ask.
    locked(|| unsafe { Some(libc::getprotobyname(name.as_ptr()).as_ref()?.p_proto) })
}

/// The interfaces of the system: numbers and names.
pub fn interfaces() -> Sys<Vec<(u32, Vec<u8>)>> {
    let mut interfaces = Vec::new();
    // SAFETY: the list ends in an entry with the number 0; it is given back.
    unsafe {
        let list = libc::if_nameindex();
        if list.is_null() {
            return Err(last_error());
        }
        let mut next = list;
        while (*next).if_index != 0 {
            interfaces.push(((*next).if_index, text((*next).if_name)));
            next = next.add(1);
        }
        libc::if_freenameindex(list);
    }
    Ok(interfaces)
}

/// `if_nametoindex`: 0 when there is none.
pub fn interface_number(name: &CStr) -> u32 {
    // SAFETY: a C string.
    unsafe { libc::if_nametoindex(name.as_ptr()) }
}

/// `if_indextoname`.
pub fn interface_name(number: u32) -> Sys<Vec<u8>> {
    let mut name = [0 as c_char; libc::IF_NAMESIZE + 1];
    // SAFETY: there is room for the longest name.
    unsafe {
        let result = libc::if_indextoname(number, name.as_mut_ptr());
        if result.is_null() { Err(last_error()) } else { Ok(text(name.as_ptr())) }
    }
}

/// `inet_aton`: four bytes of an address in one of its many forms.
pub fn loose_ipv4(text: &CStr) -> Option<[u8; 4]> {
    let mut address = libc::in_addr { s_addr: 0 };
    // SAFETY: a C string, and room for an address.
    let found = unsafe { inet_aton(text.as_ptr(), &raw mut address) } != 0;
    found.then(|| address.s_addr.to_ne_bytes())
}

/// `inet_pton`: the bytes of an address; none when the text is not one. Room for the longest; the family says how many count.
pub fn packed(family: i32, text: &CStr) -> Sys<Option<[u8; 16]>> {
    let mut address = [0; 16];
    // SAFETY: a C string, and room for the longest address.
    match unsafe { inet_pton(family, text.as_ptr(), address.as_mut_ptr().cast()) } {
        ..0 => Err(last_error()),
        0 => Ok(None),
        1.. => Ok(Some(address)),
    }
}

/// `inet_ntop` of 4 or 16 bytes.
pub fn shown(family: i32, address: &[u8]) -> Sys<String> {
    let mut room = [0 as c_char; 64];
    let mut bytes = [0; 16];
    let len = address.len().min(16);
    bytes[..len].copy_from_slice(&address[..len]);
    // SAFETY: as many bytes as the longest address has, and room for the longest text.
    unsafe {
        let result = inet_ntop(family, bytes.as_ptr().cast(), room.as_mut_ptr(), room.len() as libc::socklen_t);
        if result.is_null() {
            return Err(last_error());
        }
        Ok(String::from_utf8_lossy(&text(room.as_ptr())).into_owned())
    }
}

/// `gethostname`.
pub fn host_name() -> Sys<Vec<u8>> {
    let mut name = [0 as c_char; 1024];
    // SAFETY: there is room for all but the last byte, which stays zero.
    unsafe {
        if libc::gethostname(name.as_mut_ptr(), name.len() - 1) < 0 {
            return Err(last_error());
        }
        Ok(text(name.as_ptr()))
    }
}

/// `sethostname`.
pub fn set_host_name(name: &[u8]) -> Sys {
    // SAFETY: so many bytes are there.
    let result = unsafe { libc::sethostname(name.as_ptr().cast(), name.len()) };
    if result < 0 { Err(last_error()) } else { Ok(result) }
}
