//! `_random`: the generator behind `random.Random`. The algorithm is in [`twister`].

mod twister;

use core::cell::RefCell;

use dashu_int::IBig;
use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::int;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::opaque::Opaque;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{ClassDef, Layout, NativeModule, PyResult, Value, Vm};

use twister::{Twister, WORDS};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_random",
    doc: "Module implements the Mersenne Twister random number generator.",
    functions: &[],
    init: |vm, module| vm.add_module_class(module, &RANDOM).map(|_| ()),
};

static RANDOM: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS],
    ..ClassDef::new(
        "_random.Random",
        "Random() -> create a random number generator with its own internal state.",
        Layout::Opaque,
    )
};

/// Does something with a generator's state.
fn with_twister<R>(vm: &Vm, generator: Value, f: impl FnOnce(&mut Twister) -> R) -> PyResult<R> {
    match generator.expect::<Opaque>().state::<RefCell<Twister>>() {
        Some(twister) => Ok(f(&mut twister.borrow_mut())),
        None => Err(vm.type_error("a random number generator is required")),
    }
}

/// The 32-bit words of an integer's magnitude, least significant first.
fn words_of(value: &IBig) -> Vec<u32> {
    let magnitude = if int::arith::is_negative(value) { -value.clone() } else { value.clone() };
    let bytes = magnitude.to_le_bytes();
    let word = |chunk: &[u8]| chunk.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
    let mut words: Vec<u32> = bytes.chunks(4).map(word).collect();
    while words.last() == Some(&0) {
        words.pop();
    }
    words
}

/// Words that nobody can foresee.
fn system_words() -> Vec<u32> {
    use core::hash::{BuildHasher, Hasher};
    (0..WORDS / 2)
        .map(|_| std::collections::hash_map::RandomState::new().build_hasher().finish())
        .flat_map(|word| [word as u32, (word >> 32) as u32])
        .collect()
}

fn seed(vm: &Vm, generator: Value, seed: Option<Value>) -> PyResult<()> {
    let words = match seed.filter(|seed| *seed != vm.none()) {
        None => system_words(),
        Some(seed) => match int::to_big(seed) {
            Some(number) => words_of(&number),
            None => words_of(&IBig::from(vm.hash(seed)?)),
        },
    };
    with_twister(vm, generator, |twister| twister.seed(&words))
}

/// More random bits than this at once are refused.
const MOST_BITS: u64 = 1 << 36;

#[methods(METHODS)]
impl Methods {
    /// getrandbits(k) -> x.  Generates an int with k random bits.
    #[method("getrandbits($self, k, /)")]
    fn getrandbits(vm: &Vm, args: &[Value]) -> PyResult {
        let count = vm.index(args[1])?;
        let count = match int::to_i64(count) {
            Some(count) if count < 0 => return Err(vm.value_error("Cannot convert negative int")),
            Some(count) => count as u64,
            None if int::to_i64_clamped(count) < 0 => return Err(vm.value_error("Cannot convert negative int")),
            None => return Err(vm.overflow_error("Python int too large to convert to C unsigned long long")),
        };
        match count {
            0 => Ok(Value::ZERO),
            1..=32 => vm.new_int(i64::from(with_twister(vm, args[0], Twister::next)? >> (32 - count))),
            33.. if count > MOST_BITS => Err(vm.memory_error()),
            _ => {
                let words = count.div_ceil(32) as usize;
                vm.check_room_for(words * 4 + 1)?;
                let bytes = with_twister(vm, args[0], |twister| {
                    let mut bytes = Vec::with_capacity(words * 4 + 1);
                    for index in 0..words {
                        let left = count - index as u64 * 32;
                        let word = if left < 32 { twister.next() >> (32 - left) } else { twister.next() };
                        bytes.extend_from_slice(&word.to_le_bytes());
                    }
                    bytes.push(0);
                    bytes
                })?;
                vm.new_big_int(IBig::from_le_bytes(&bytes))
            }
        }
    }

    /// getstate() -> tuple containing the current state.
    #[method("getstate($self, /)")]
    fn getstate(vm: &Vm, args: &[Value]) -> PyResult {
        let state = with_twister(vm, args[0], |twister| twister.state())?;
        let words = state.iter().map(|word| Value::small(i64::from(*word)));
        Tuple::from_iter(vm, state.len(), words).map(Value::from)
    }

    /// Initialize self.  See help(type(self)) for accurate signature.
    #[method("__init__($self, /, *args, **kwargs)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        if args[1].cast::<Dict>().is_some_and(|named| !named.is_empty()) {
            return Err(vm.type_error("Random() takes no keyword arguments"));
        }
        match &args[2..] {
            [] => seed(vm, args[0], None)?,
            [value] => seed(vm, args[0], Some(*value))?,
            _ => return Err(vm.type_error("Random() requires 0 or 1 argument")),
        }
        Ok(vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        Opaque::new(vm, args[0].expect(), Box::new(RefCell::new(Twister::default()))).map(Value::from)
    }

    /// random() -> x in the interval [0, 1).
    #[method("random($self, /)")]
    fn random(vm: &Vm, args: &[Value]) -> PyResult {
        let float = with_twister(vm, args[0], Twister::float)?;
        vm.new_float(float)
    }

    /// seed([n]) -> None.
    ///
    /// Defaults to use urandom and falls back to a combination
    /// of the current time and the process identifier.
    #[method("seed($self, n=None, /)")]
    fn seed_method(vm: &Vm, args: &[Value]) -> PyResult {
        seed(vm, args[0], args[1].bound())?;
        Ok(vm.none())
    }

    /// setstate(state) -> None.  Restores generator state.
    #[method("setstate($self, state, /)")]
    fn setstate(vm: &Vm, args: &[Value]) -> PyResult {
        let Some(state) = args[1].cast::<Tuple>() else {
            return Err(vm.type_error("state vector must be a tuple"));
        };
        if state.len() != WORDS + 1 {
            return Err(vm.value_error("state vector is the wrong size"));
        }
        let mut words = [0; WORDS + 1];
        for (word, item) in words.iter_mut().zip(state.items()) {
            if !vm.is_instance(*item, vm.types().int) {
                return Err(vm.type_error("an integer is required"));
            }
            if int::to_i64_clamped(*item) < 0 {
                return Err(vm.overflow_error("can't convert negative value to unsigned int"));
            }
            *word = match int::to_big(*item).and_then(|item| u64::try_from(&item).ok()) {
                Some(item) => item as u32,
                None => return Err(vm.overflow_error("Python int too large to convert to C unsigned long")),
            };
        }
        if words[WORDS] as usize > WORDS {
            return Err(vm.value_error("invalid state"));
        }
        with_twister(vm, args[0], |twister| twister.set_state(&words))?;
        Ok(vm.none())
    }
}
