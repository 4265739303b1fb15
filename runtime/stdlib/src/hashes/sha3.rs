//! `_sha3`: SHA-3, and SHAKE, whose results are as long as one asks.

use ::sha3::digest::{ExtendableOutput, Update, XofReader};
use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::bytes::hexadecimal;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::{Class, ClassDef, Gc, Layout, NativeModule, PyResult, Value, Vm};
use sha2::Digest;
use sha2::digest::DynDigest;

use super::{Function, data, make, with};
use crate::host::ssize;

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_sha3",
    doc: "",
    functions: &[],
    init: |vm, module| {
        module.dict().set_str(vm, vm.intern("implementation"), vm.new_str("RustCrypto")?)?;
        for class in [&SHA3_224, &SHA3_256, &SHA3_384, &SHA3_512, &SHAKE_128, &SHAKE_256] {
            vm.add_module_class(module, class)?;
        }
        Ok(())
    },
};

/// SHAKE with what it has taken in.
#[derive(Clone)]
pub(super) enum Shake {
    Bits128(::sha3::Shake128),
    Bits256(::sha3::Shake256),
}

impl Shake {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Shake::Bits128(shake) => shake.update(bytes),
            Shake::Bits256(shake) => shake.update(bytes),
        }
    }

    pub(super) fn finish(&self, length: usize) -> Vec<u8> {
        let mut result = vec![0; length];
        match self.clone() {
            Shake::Bits128(shake) => shake.finalize_xof().read(&mut result),
            Shake::Bits256(shake) => shake.finalize_xof().read(&mut result),
        }
        result
    }
}

macro_rules! classes {
    ($($constant:ident $name:literal $doc:literal $methods:expr;)*) => {$(
        static $constant: ClassDef = ClassDef {
            flags: flags::BASE,
            methods: $methods,
            getset: GETSET,
            ..ClassDef::new($name, $doc, Layout::Opaque)
        };
    )*};
}

classes! {
    SHA3_224 "_sha3.sha3_224" "sha3_224([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 28 bytes." &[super::METHODS, NEW];
    SHA3_256 "_sha3.sha3_256" "sha3_256([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 32 bytes." &[super::METHODS, NEW];
    SHA3_384 "_sha3.sha3_384" "sha3_384([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 48 bytes." &[super::METHODS, NEW];
    SHA3_512 "_sha3.sha3_512" "sha3_512([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 64 bytes." &[super::METHODS, NEW];
    SHAKE_128 "_sha3.shake_128" "shake_128([data], *, usedforsecurity=True) -> SHAKE object\n\nReturn a new SHAKE hash object." &[super::METHODS, NEW, SHAKE];
    SHAKE_256 "_sha3.shake_256" "shake_256([data], *, usedforsecurity=True) -> SHAKE object\n\nReturn a new SHAKE hash object." &[super::METHODS, NEW, SHAKE];
}

static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("_capacity_bits", "", |vm, hash| vm.new_int(with(hash, |hash| 1600 - hash.block as i64 * 8))),
    GetSetDef::readonly("_rate_bits", "", |vm, hash| vm.new_int(with(hash, |hash| hash.block as i64 * 8))),
    GetSetDef::readonly("_suffix", "", |vm, hash| {
        vm.new_bytes(with(hash, |hash| if hash.size == 0 { b"\x1f" } else { b"\x06" }))
    }),
    GetSetDef::readonly("block_size", "", |vm, hash| vm.new_int(with(hash, |hash| hash.block as i64))),
    GetSetDef::readonly("digest_size", "", |vm, hash| vm.new_int(with(hash, |hash| hash.size as i64))),
    GetSetDef::readonly("name", "", |vm, hash| vm.new_str(with(hash, |hash| hash.name))),
];

fn fixed<D: Digest + DynDigest + 'static>() -> (Function, usize) {
    (Function::Fixed(Box::new(<D as Digest>::new())), <D as Digest>::output_size())
}

/// The length of a result that is asked for.
fn length(vm: &Vm, value: Value) -> PyResult<usize> {
    let length = ssize(vm, value)?;
    match usize::try_from(length) {
        Ok(length) if length < 1 << 29 => Ok(length),
        Ok(_) => Err(vm.value_error("digest length is too large")),
        Err(_) => Err(vm.value_error("value must be positive")),
    }
}

fn shake(vm: &Vm, args: &[Value]) -> PyResult<Vec<u8>> {
    let length = length(vm, args[1])?;
    vm.check_room_for(length)?;
    Ok(with(args[0], |hash| hash.function.borrow().finish(length)))
}

#[methods(NEW)]
impl New {
    /// Create and return a new object.
    #[method("static __new__(type, data=b'', *, usedforsecurity=True, string=None)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let class: Gc<Class> = args[0].expect();
        let own = class.mro().find_map(|class| class.def).map_or("", |def| def.name);
        let ((function, size), name, block) = match own {
            "_sha3.sha3_224" => (fixed::<::sha3::Sha3_224>(), "sha3_224", 144),
            "_sha3.sha3_256" => (fixed::<::sha3::Sha3_256>(), "sha3_256", 136),
            "_sha3.sha3_384" => (fixed::<::sha3::Sha3_384>(), "sha3_384", 104),
            "_sha3.sha3_512" => (fixed::<::sha3::Sha3_512>(), "sha3_512", 72),
            "_sha3.shake_128" => ((Function::Shake(Box::new(Shake::Bits128(Default::default()))), 0), "shake_128", 168),
            _ => ((Function::Shake(Box::new(Shake::Bits256(Default::default()))), 0), "shake_256", 136),
        };
        let data = data(vm, args[1], args[3])?;
        make(vm, class, (name, size, block), function, data)
    }
}

#[methods(SHAKE)]
impl ShakeMethods {
    /// Return the digest value as a bytes object.
    #[method("digest($self, length, /)")]
    fn digest(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_bytes(&shake(vm, args)?)
    }

    /// Return the digest value as a string of hexadecimal digits.
    #[method("hexdigest($self, length, /)")]
    fn hexdigest(vm: &Vm, args: &[Value]) -> PyResult {
        hexadecimal::hex(vm, &shake(vm, args)?, Value::UNBOUND, Value::UNBOUND)
    }
}
