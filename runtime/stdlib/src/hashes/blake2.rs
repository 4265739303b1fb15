//! `_blake2`: BLAKE2b and BLAKE2s with all their parameters.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::bytes::buffer;
use orochi_vm::types::native::NativeDef;
use orochi_vm::{Class, ClassDef, Gc, Layout, NativeModule, PyResult, Value, Vm};

use super::{Function, GETSET, METHODS, data, make};
use crate::host::{int_or, mask};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_blake2",
    doc: "_blake2b provides BLAKE2b for hashlib\n",
    functions: &[],
    init: |vm, module| {
        for (class, limits, prefix) in [(&BLAKE2B, &LARGE, "BLAKE2B"), (&BLAKE2S, &SMALL, "BLAKE2S")] {
            let class = vm.add_module_class(module, class)?;
            for (name, number) in [
                ("SALT_SIZE", limits.salt),
                ("PERSON_SIZE", limits.salt),
                ("MAX_KEY_SIZE", limits.key),
                ("MAX_DIGEST_SIZE", limits.key),
            ] {
                let number = Value::small(number as i64);
                class.set_attr(vm, vm.intern(name), number)?;
                module.dict().set_str(vm, vm.intern(&format!("{prefix}_{name}")), number)?;
            }
        }
        Ok(())
    },
};

/// The greatest lengths.
struct Limits {
    name: &'static str,
    title: &'static str,
    /// Of keys, and of results.
    key: usize,
    /// Of salts and personalisations.
    salt: usize,
    /// The greatest offset of a node.
    offset: u64,
    block: usize,
}

static LARGE: Limits = Limits { name: "blake2b", title: "Blake2b", key: 64, salt: 16, offset: u64::MAX, block: 128 };
static SMALL: Limits = Limits { name: "blake2s", title: "Blake2s", key: 32, salt: 8, offset: (1 << 48) - 1, block: 64 };

static BLAKE2B: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS, NEW],
    getset: GETSET,
    ..ClassDef::new("_blake2.blake2b", "Return a new BLAKE2b hash object.", Layout::Opaque)
};
static BLAKE2S: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS, NEW],
    getset: GETSET,
    ..ClassDef::new("_blake2.blake2s", "Return a new BLAKE2s hash object.", Layout::Opaque)
};

/// The parameters.
struct Parameters {
    size: usize,
    key: Vec<u8>,
    salt: Vec<u8>,
    person: Vec<u8>,
    fanout: u8,
    depth: u8,
    leaf_size: u32,
    node_offset: u64,
    node_depth: u8,
    inner_size: usize,
    last_node: bool,
}

/// A parameter that is bytes.
fn bytes(vm: &Vm, value: Value, most: usize, what: &str) -> PyResult<Vec<u8>> {
    let Some(value) = value.bound() else { return Ok(Vec::new()) };
    let bytes = buffer::required(vm, value)?;
    if bytes.len() > most {
        return Err(vm.value_error(format!("maximum {what} length is {most} bytes")));
    }
    Ok(bytes.to_vec())
}

/// A parameter that is a byte.
fn byte(vm: &Vm, value: Value, default: u8, least: i32, what: &str) -> PyResult<u8> {
    match int_or(vm, value, default.into())? {
        number @ 0..=255 if number >= least => Ok(number as u8),
        _ => Err(vm.value_error(format!("{what} must be between {least} and 255"))),
    }
}

/// A parameter that is a large number.
fn number(vm: &Vm, value: Value, most: u64, what: &str) -> PyResult<u64> {
    let Some(value) = value.bound() else { return Ok(0) };
    let index = vm.index(value)?;
    let big = orochi_vm::types::int::to_big(index).unwrap_or_default();
    if big < dashu_int::IBig::ZERO {
        return Err(vm.value_error("value must be positive"));
    }
    if big > dashu_int::IBig::from(most) {
        return Err(vm.overflow_error(format!("{what} is too large")));
    }
    mask(vm, index)
}

fn read(vm: &Vm, limits: &Limits, args: &[Value]) -> PyResult<Parameters> {
    let size = int_or(vm, args[2], limits.key as i32)?;
    let size = match usize::try_from(size) {
        Ok(size) if (1..=limits.key).contains(&size) => size,
        _ => {
            let (title, most) = (limits.title, limits.key);
            let message = format!("digest_size for {title} must be between 1 and {most} bytes, here it is {size}");
            return Err(vm.value_error(message));
        }
    };
    let salt = bytes(vm, args[4], limits.salt, "salt")?;
    let person = bytes(vm, args[5], limits.salt, "person")?;
    let (fanout, depth) = (byte(vm, args[6], 1, 0, "fanout")?, byte(vm, args[7], 1, 1, "depth")?);
    let leaf_size = number(vm, args[8], u32::MAX.into(), "leaf_size")? as u32;
    let node_offset = number(vm, args[9], limits.offset, "node_offset")?;
    let node_depth = byte(vm, args[10], 0, 0, "node_depth")?;
    let inner_size = match usize::try_from(int_or(vm, args[11], 0)?) {
        Ok(size) if size <= limits.key => size,
        _ => return Err(vm.value_error(format!("inner_size must be between 0 and is {}", limits.key))),
    };
    let key = bytes(vm, args[3], limits.key, "key")?;
    let last_node = args[12].bound().map_or(Ok(false), |value| vm.is_true(value))?;
    Ok(Parameters { size, key, salt, person, fanout, depth, leaf_size, node_offset, node_depth, inner_size, last_node })
}

/// The state of either function with these parameters.
macro_rules! start {
    ($library:ident, $parameters:expr) => {{
        let parameters = $parameters;
        let mut params = $library::Params::new();
        params
            .hash_length(parameters.size)
            .key(&parameters.key)
            .salt(&parameters.salt)
            .personal(&parameters.person)
            .fanout(parameters.fanout)
            .max_depth(parameters.depth)
            .max_leaf_length(parameters.leaf_size)
            .node_offset(parameters.node_offset)
            .node_depth(parameters.node_depth)
            .inner_hash_length(parameters.inner_size)
            .last_node(parameters.last_node);
        Box::new(params.to_state())
    }};
}

#[methods(NEW)]
impl New {
    /// Create and return a new object.
    #[method(
        "static __new__(type, data=b'', *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)"
    )]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let class: Gc<Class> = args[0].expect();
        let is_large = class.mro().any(|class| class.def.is_some_and(|def| core::ptr::eq(def, &raw const BLAKE2B)));
        let limits = if is_large { &LARGE } else { &SMALL };
        let data = data(vm, args[1], args[14])?;
        let parameters = read(vm, limits, args)?;
        let function = if is_large {
            Function::Blake2b(start!(blake2b_simd, &parameters))
        } else {
            Function::Blake2s(start!(blake2s_simd, &parameters))
        };
        make(vm, class, (limits.name, parameters.size, limits.block), function, data)
    }
}
