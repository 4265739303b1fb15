//! The hash functions that `hashlib` is made of: the modules `_md5`, `_sha1`, `_sha2`, `_sha3` and `_blake2`, with one object for
//! all of them.

mod blake2;
mod sha3;

use core::cell::RefCell;

use orochi_macros::methods;
use orochi_vm::types::bytes::{buffer, hexadecimal};
use orochi_vm::types::module::Module;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::Str;
use orochi_vm::{ClassDef, Gc, Layout, NativeModule, PyResult, Value, Vm};
use sha2::Digest;
use sha2::digest::DynDigest;

pub use blake2::MODULE as BLAKE2;
pub use sha3::MODULE as SHA3;

/// `_md5`.
pub const MD5: NativeModule = NativeModule {
    name: "_md5",
    doc: "",
    functions: MD5_FUNCTIONS,
    init: |vm, module| add(vm, module, &[("MD5Type", &MD5_CLASS)]),
};

/// `_sha1`.
pub const SHA1: NativeModule = NativeModule {
    name: "_sha1",
    doc: "",
    functions: SHA1_FUNCTIONS,
    init: |vm, module| add(vm, module, &[("SHA1Type", &SHA1_CLASS)]),
};

/// `_sha2`.
pub const SHA2: NativeModule = NativeModule {
    name: "_sha2",
    doc: "",
    functions: SHA2_FUNCTIONS,
    init: |vm, module| {
        let classes = [
            ("SHA224Type", &SHA224_CLASS),
            ("SHA256Type", &SHA256_CLASS),
            ("SHA384Type", &SHA384_CLASS),
            ("SHA512Type", &SHA512_CLASS),
        ];
        add(vm, module, &classes)
    },
};

/// Classes whose instances only functions make.
macro_rules! classes {
    ($($constant:ident $name:literal;)*) => {$(
        static $constant: ClassDef = ClassDef {
            flags: orochi_vm::object::class::flags::NO_NEW,
            methods: &[METHODS],
            getset: GETSET,
            ..ClassDef::new($name, "", Layout::Opaque)
        };
    )*};
}

classes! {
    MD5_CLASS "_md5.md5";
    SHA1_CLASS "_sha1.sha1";
    SHA224_CLASS "_sha2.SHA224Type";
    SHA256_CLASS "_sha2.SHA256Type";
    SHA384_CLASS "_sha2.SHA384Type";
    SHA512_CLASS "_sha2.SHA512Type";
}

fn add(vm: &Vm, module: Gc<Module>, classes: &[(&str, &'static ClassDef)]) -> PyResult<()> {
    for (name, class) in classes {
        module.dict().set_str(vm, vm.intern(name), vm.module_class(class)?.into())?;
    }
    Ok(())
}

/// A function with what it has taken in.
// One an object, which is boxed as a whole.
#[allow(clippy::large_enum_variant)]
enum Function {
    /// One whose result has a fixed length.
    Fixed(Box<dyn DynDigest>),
    Shake(Box<sha3::Shake>),
    Blake2b(Box<blake2b_simd::State>),
    Blake2s(Box<blake2s_simd::State>),
}

impl Clone for Function {
    fn clone(&self) -> Self {
        match self {
            Function::Fixed(digest) => Function::Fixed(digest.box_clone()),
            Function::Shake(shake) => Function::Shake(shake.clone()),
            Function::Blake2b(state) => Function::Blake2b(state.clone()),
            Function::Blake2s(state) => Function::Blake2s(state.clone()),
        }
    }
}

impl Function {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Function::Fixed(digest) => digest.update(bytes),
            Function::Shake(shake) => shake.update(bytes),
            Function::Blake2b(state) => {
                state.update(bytes);
            }
            Function::Blake2s(state) => {
                state.update(bytes);
            }
        }
    }

    /// The result so far; of one without a fixed length, so many bytes of it.
    fn finish(&self, length: usize) -> Vec<u8> {
        match self {
            Function::Fixed(digest) => digest.box_clone().finalize().into_vec(),
            Function::Shake(shake) => shake.finish(length),
            Function::Blake2b(state) => state.finalize().as_bytes().to_vec(),
            Function::Blake2s(state) => state.finalize().as_bytes().to_vec(),
        }
    }
}

/// The state of a hash object.
struct Hash {
    name: &'static str,
    /// Bytes of the result, 0 if they are asked for each time.
    size: usize,
    block: usize,
    function: RefCell<Function>,
}

static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("block_size", "", |vm, hash| vm.new_int(with(hash, |hash| hash.block as i64))),
    GetSetDef::readonly("digest_size", "", |vm, hash| vm.new_int(with(hash, |hash| hash.size as i64))),
    GetSetDef::readonly("name", "", |vm, hash| vm.new_str(with(hash, |hash| hash.name))),
];

/// Uses the state of a hash object.
fn with<R>(object: Value, f: impl FnOnce(&Hash) -> R) -> R {
    let object: Gc<Opaque> = object.expect();
    f(object.state().expect("a hash object has this state"))
}

/// A hash object of a class.
fn make(
    vm: &Vm,
    class: Gc<orochi_vm::Class>,
    (name, size, block): (&'static str, usize, usize),
    mut function: Function,
    data: Value,
) -> PyResult {
    if let Some(data) = data.bound() {
        let bytes = bytes_of(vm, data)?;
        vm.allow_threads(|| function.update(&bytes));
    }
    Opaque::new(vm, class, Box::new(Hash { name, size, block, function: RefCell::new(function) })).map(Value::from)
}

/// What is hashed: bytes, never text.
fn bytes_of(vm: &Vm, data: Value) -> PyResult<buffer::Buffer> {
    if data.cast::<Str>().is_some() {
        return Err(vm.type_error("Strings must be encoded before hashing"));
    }
    buffer::find(data).ok_or_else(|| vm.type_error("object supporting the buffer API required"))
}

/// The data of the parameters `data` and `string`, which mean the same.
fn data(vm: &Vm, data: Value, string: Value) -> PyResult<Value> {
    let string = string.bound().filter(|string| *string != vm.none());
    match (data.bound(), string) {
        (Some(_), Some(_)) => Err(vm.type_error(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a \
             future version.",
        )),
        (data, string) => Ok(data.or(string).unwrap_or_default()),
    }
}

/// A hash object of a function of RustCrypto's.
fn fixed<D: Digest + DynDigest + 'static>(
    vm: &Vm,
    class: &'static ClassDef,
    (name, block): (&'static str, usize),
    args: &[Value],
) -> PyResult {
    let data = data(vm, args[0], args[2])?;
    let function = Function::Fixed(Box::new(<D as Digest>::new()));
    make(vm, vm.module_class(class)?, (name, <D as Digest>::output_size(), block), function, data)
}

#[methods(METHODS)]
impl Methods {
    /// Return a copy of the hash object.
    #[method("copy($self, /)")]
    fn copy(vm: &Vm, args: &[Value]) -> PyResult {
        let copied = with(args[0], |hash| Hash {
            name: hash.name,
            size: hash.size,
            block: hash.block,
            function: RefCell::new(hash.function.borrow().clone()),
        });
        Opaque::new(vm, vm.class_of(args[0]), Box::new(copied)).map(Value::from)
    }

    /// Return the digest value as a bytes object.
    #[method("digest($self, /)")]
    fn digest(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_bytes(&with(args[0], |hash| hash.function.borrow().finish(0)))
    }

    /// Return the digest value as a string of hexadecimal digits.
    #[method("hexdigest($self, /)")]
    fn hexdigest(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = with(args[0], |hash| hash.function.borrow().finish(0));
        hexadecimal::hex(vm, &bytes, Value::UNBOUND, Value::UNBOUND)
    }

    /// Update this hash object's state with the provided string.
    #[method("update($self, obj, /)")]
    fn update(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = bytes_of(vm, args[1])?;
        with(args[0], |hash| hash.function.borrow_mut().update(&bytes));
        Ok(vm.none())
    }
}

#[methods(MD5_FUNCTIONS)]
impl Md5Functions {
    /// Return a new MD5 hash object; optionally initialized with a string.
    #[method("md5(data=b'', *, usedforsecurity=True, string=None)")]
    fn md5_new(vm: &Vm, args: &[Value]) -> PyResult {
        fixed::<md5::Md5>(vm, &MD5_CLASS, ("md5", 64), args)
    }
}

#[methods(SHA1_FUNCTIONS)]
impl Sha1Functions {
    /// Return a new SHA1 hash object; optionally initialized with a string.
    #[method("sha1(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha1_new(vm: &Vm, args: &[Value]) -> PyResult {
        fixed::<sha1::Sha1>(vm, &SHA1_CLASS, ("sha1", 64), args)
    }
}

#[methods(SHA2_FUNCTIONS)]
impl Sha2Functions {
    /// Return a new SHA-224 hash object; optionally initialized with a string.
    #[method("sha224(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha224(vm: &Vm, args: &[Value]) -> PyResult {
        fixed::<sha2::Sha224>(vm, &SHA224_CLASS, ("sha224", 64), args)
    }

    /// Return a new SHA-256 hash object; optionally initialized with a string.
    #[method("sha256(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha256(vm: &Vm, args: &[Value]) -> PyResult {
        fixed::<sha2::Sha256>(vm, &SHA256_CLASS, ("sha256", 64), args)
    }

    /// Return a new SHA-384 hash object; optionally initialized with a string.
    #[method("sha384(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha384(vm: &Vm, args: &[Value]) -> PyResult {
        fixed::<sha2::Sha384>(vm, &SHA384_CLASS, ("sha384", 128), args)
    }

    /// Return a new SHA-512 hash object; optionally initialized with a string.
    #[method("sha512(data=b'', *, usedforsecurity=True, string=None)")]
    fn sha512(vm: &Vm, args: &[Value]) -> PyResult {
        fixed::<sha2::Sha512>(vm, &SHA512_CLASS, ("sha512", 128), args)
    }
}
