//! `_imp`: what `importlib` asks of the virtual machine. Native modules, the frozen modules that import itself is made of, the import
//! lock.

use core::cell::Cell;

use orochi_bytecode::operands::CodeIdx;
use orochi_macros::methods;
use orochi_vm::modules::native::NativeModule;
use orochi_vm::types::code::Code;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::module::Module;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::Str;
use orochi_vm::{Gc, PyResult, Raised, Value, Vm};

use crate::library;

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_imp",
    doc: "(Extremely) low-level import machinery bits as used by importlib.",
    functions: FUNCTIONS,
    init: |vm, module| {
        let dict = module.dict();
        dict.set_str(vm, vm.intern("check_hash_based_pycs"), vm.new_str("default")?)?;
        dict.set_str(vm, vm.intern("pyc_magic_number_token"), vm.new_int(i64::from(CACHE_TOKEN))?)
    },
};

/// The first four bytes of a cached module, which say which compiler and which form of bytecode made it. As in CPython the last two are a
/// line end, so that a file that was treated as text shows.
const CACHE_TOKEN: u32 = {
    let (major, minor) = orochi_bytecode::binary::VERSION;
    0x0a0d_0000 | 0x4f00 | ((major as u32) << 4) | minor as u32
};

/// Frozen modules: the name that programs import, and the one in the library. Import stands on the first two; `__hello__` and
/// `__phello__` are there for tests, as in CPython.
const FROZEN: &[(&str, &str)] = &[
    ("__hello__", "__hello__"),
    ("__phello__", "__phello__"),
    ("__phello__.ham", "__phello__.ham"),
    ("__phello__.ham.eggs", "__phello__.ham.eggs"),
    ("__phello__.spam", "__phello__.spam"),
    ("_frozen_importlib", "importlib._bootstrap"),
    ("_frozen_importlib_external", "importlib._bootstrap_external"),
    ("_library", "_library"),
    ("zipimport", "zipimport"),
];

thread_local! {
    /// How often this thread holds the import lock. Threads take turns in a VM, and each module has a lock of its own in `importlib`, so
    /// nobody waits for this one.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// The frozen module of a name.
pub fn frozen(name: &str) -> Option<&'static orochi_library::Module> {
    let (_, own) = FROZEN.iter().find(|(known, _)| *known == name)?;
    orochi_library::find(own)
}

/// The code of a frozen module.
pub fn frozen_code(vm: &Vm, name: &str) -> PyResult<Gc<Code>> {
    match frozen(name) {
        Some(module) => library::code(vm, module, &format!("<frozen {}>", module.name)),
        None => Err(not_frozen(vm, name)),
    }
}

fn not_frozen(vm: &Vm, name: &str) -> Raised {
    vm.import_error(vm.types().import_error, format!("No such frozen object named {name}"), name)
}

fn text(vm: &Vm, function: &str, value: Value) -> PyResult<String> {
    match value.cast::<Str>() {
        Some(text) => Ok(text.to_string()),
        None => Err(vm.type_error(format!("{function}() argument must be str, not {}", vm.type_name(value)))),
    }
}

fn module_named(vm: &Vm, name: Value) -> Option<Value> {
    let modules: Option<Gc<Dict>> = vm.state.modules.get().cast();
    modules.and_then(|modules| modules.get(vm, name).ok().flatten())
}

/// SipHash-1-3 with a 64-bit key, as CPython hashes sources for caches that are checked by hash (PEP 552).
fn siphash13(key: u64, data: &[u8]) -> u64 {
    let mut v =
        [key ^ 0x736f_6d65_7073_6575, 0x646f_7261_6e64_6f6d, key ^ 0x6c79_6765_6e65_7261, 0x7465_6462_7974_6573];
    let round = |v: &mut [u64; 4]| {
        v[0] = v[0].wrapping_add(v[1]);
        v[2] = v[2].wrapping_add(v[3]);
        v[1] = v[1].rotate_left(13) ^ v[0];
        v[3] = v[3].rotate_left(16) ^ v[2];
        v[0] = v[0].rotate_left(32);
        v[2] = v[2].wrapping_add(v[1]);
        v[0] = v[0].wrapping_add(v[3]);
        v[1] = v[1].rotate_left(17) ^ v[2];
        v[3] = v[3].rotate_left(21) ^ v[0];
        v[2] = v[2].rotate_left(32);
    };
    let take = |v: &mut [u64; 4], word: u64| {
        v[3] ^= word;
        round(v);
        v[0] ^= word;
    };
    let mut chunks = data.chunks_exact(8);
    for chunk in &mut chunks {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        take(&mut v, u64::from_le_bytes(word));
    }
    let mut last = [0; 8];
    last[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    take(&mut v, u64::from_le_bytes(last) | (data.len() as u64) << 56);
    v[2] ^= 0xff;
    for _ in 0..3 {
        round(&mut v);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

#[methods(FUNCTIONS)]
impl Functions {
    /// Change the file name of a code object.
    #[method("_fix_co_filename(code, path, /)")]
    fn fix_co_filename(vm: &Vm, args: &[Value]) -> PyResult {
        let (Some(code), Some(path)) = (args[0].cast::<Code>(), args[1].cast::<Str>()) else {
            return Err(vm.type_error("_fix_co_filename() takes a code object and a str"));
        };
        code.set_filename(vm, path);
        Ok(vm.none())
    }

    /// The names of the frozen modules.
    #[method("_frozen_module_names()")]
    fn frozen_module_names(vm: &Vm, _: &[Value]) -> PyResult {
        let list = orochi_vm::types::list::List::with_capacity(vm, FROZEN.len())?;
        for (name, _) in FROZEN {
            list.push(vm, vm.intern(name).into())?;
        }
        Ok(list.into())
    }

    /// Says whether frozen modules are used; here those that import is made of always are.
    #[method("_override_frozen_modules_for_tests(override, /)")]
    fn override_frozen_modules_for_tests(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.none())
    }

    /// Says whether extension modules must be able to run in several interpreters: there are none.
    #[method("_override_multi_interp_extensions_check(override, /)")]
    fn override_multi_interp_extensions_check(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(0)
    }

    /// Acquire the import lock.
    #[method("acquire_lock()")]
    fn acquire_lock(vm: &Vm, _: &[Value]) -> PyResult {
        HELD.set(HELD.get() + 1);
        Ok(vm.none())
    }

    /// Make the module of a native module's spec.
    #[method("create_builtin(spec, /)")]
    fn create_builtin(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.get_attr_str(args[0], "name")?;
        let text = text(vm, "create_builtin", name)?;
        if let Some(module) = module_named(vm, name) {
            return Ok(module);
        }
        match vm.find_native_module(&text) {
            Some(native) => vm.make_native_module(native).map(Value::from),
            None => Ok(vm.none()),
        }
    }

    /// Load an extension module: there are none for this virtual machine.
    #[method("create_dynamic(spec, file=None, /)")]
    fn create_dynamic(vm: &Vm, args: &[Value]) -> PyResult {
        let name = vm.get_attr_str(args[0], "name")?;
        let name = vm.display(name);
        let message = format!("{name} is an extension module for CPython, which Orochi cannot load");
        Err(vm.import_error(vm.types().import_error, message, &name))
    }

    /// Initialise a native module: it is when it was made.
    #[method("exec_builtin(mod, /)")]
    fn exec_builtin(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(0)
    }

    /// Initialise an extension module.
    #[method("exec_dynamic(mod, /)")]
    fn exec_dynamic(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_int(0)
    }

    /// File suffixes of extension modules: none can be loaded.
    #[method("extension_suffixes()")]
    fn extension_suffixes(vm: &Vm, _: &[Value]) -> PyResult {
        vm.new_list(&[])
    }

    /// Find a frozen module: its data (None unless asked for), whether it is a package, and its name in the library.
    #[method("find_frozen(name, /, *, withdata=False)")]
    fn find_frozen(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(module) = frozen(&text(vm, "find_frozen", args[0])?) else { return Ok(vm.none()) };
        let wanted = args[1].is_bound() && vm.is_true(args[1])?;
        let data = if wanted { vm.new_bytes(module.code())? } else { vm.none() };
        let origin = vm.new_str(module.name)?;
        vm.new_tuple(&[data, vm.bool(module.package), origin])
    }

    /// The code of a frozen module.
    #[method("get_frozen_object(name, data=None, /)")]
    fn get_frozen_object(vm: &Vm, args: &[Value]) -> PyResult {
        frozen_code(vm, &text(vm, "get_frozen_object", args[0])?).map(Value::from)
    }

    /// Import a frozen module; None if there is none of the name.
    #[method("init_frozen(name, /)")]
    fn init_frozen(vm: &Vm, args: &[Value]) -> PyResult {
        let name = text(vm, "init_frozen", args[0])?;
        if frozen(&name).is_none() {
            return Ok(vm.none());
        }
        let code = frozen_code(vm, &name)?;
        let module = Module::new(vm, &name)?;
        let modules: Gc<Dict> = vm.state.modules.get().expect();
        modules.set_str(vm, vm.intern(&name), module.into())?;
        vm.run_code(code, module.dict(), module.dict().into())?;
        Ok(module.into())
    }

    /// 1 for a native module, -1 for one that cannot be made again, else 0.
    #[method("is_builtin(name, /)")]
    fn is_builtin(vm: &Vm, args: &[Value]) -> PyResult {
        let name = text(vm, "is_builtin", args[0])?;
        let known = matches!(name.as_str(), "sys" | "builtins");
        vm.new_int(if known { -1 } else { i64::from(vm.find_native_module(&name).is_some()) })
    }

    /// Whether a name is that of a frozen module.
    #[method("is_frozen(name, /)")]
    fn is_frozen(vm: &Vm, args: &[Value]) -> PyResult {
        Ok(vm.bool(frozen(&text(vm, "is_frozen", args[0])?).is_some()))
    }

    /// Whether a frozen module is a package.
    #[method("is_frozen_package(name, /)")]
    fn is_frozen_package(vm: &Vm, args: &[Value]) -> PyResult {
        let name = text(vm, "is_frozen_package", args[0])?;
        match frozen(&name) {
            Some(module) => Ok(vm.bool(module.package)),
            None => Err(not_frozen(vm, &name)),
        }
    }

    /// Whether the import lock is held.
    #[method("lock_held()")]
    fn lock_held(vm: &Vm, _: &[Value]) -> PyResult {
        Ok(vm.bool(HELD.get() > 0))
    }

    /// Release the import lock.
    #[method("release_lock()")]
    fn release_lock(vm: &Vm, _: &[Value]) -> PyResult {
        match HELD.get().checked_sub(1) {
            Some(held) => {
                HELD.set(held);
                Ok(vm.none())
            }
            None => Err(vm.runtime_error("not holding the import lock")),
        }
    }

    /// The hash of a source, for caches that are checked by it.
    #[method("source_hash(key, source)")]
    fn source_hash(vm: &Vm, args: &[Value]) -> PyResult {
        let key = vm.index_i64(args[0])? as u64;
        let hash = siphash13(key, &orochi_vm::types::bytes::buffer::required(vm, args[1])?);
        vm.new_bytes(&hash.to_le_bytes())
    }
}

/// The code object of a module's body.
pub fn body(vm: &Vm, module: &orochi_bytecode::VerifiedModule) -> PyResult<Gc<Code>> {
    Code::new(vm, module, CodeIdx(0))
}
