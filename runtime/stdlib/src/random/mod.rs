//! `random`. The generator is in [`twister`], the distributions in [`distributions`], what draws from sequences in
//! [`sequences`].

mod distributions;
mod sequences;
mod twister;

use core::cell::RefCell;

use dashu_int::IBig;
use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::bytes::{Bytes, buffer};
use orochi_vm::types::int;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::str::{Str, codecs};
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{BinaryOp, ClassDef, Gc, Layout, NativeModule, PyResult, Record, Value, Vm};
use sha2::{Digest, Sha512};

use twister::{BYTES, Twister, WORDS};

/// Fields of a generator: its state (a bytearray), and the second number of the last pair that `gauss` made, or None.
const STATE: usize = 0;
const GAUSS_NEXT: usize = 1;

/// What `getstate` returns first.
const STATE_VERSION: i64 = 3;

static RANDOM: ClassDef = ClassDef {
    flags: flags::BASE | flags::DICT,
    methods: &[METHODS, distributions::METHODS, sequences::METHODS],
    ..ClassDef::new(
        "random.Random",
        "A generator of random numbers, which has a state of its own.\n\nWith the same seed it gives the same numbers.",
        Layout::Record,
    )
};

static SYSTEM_RANDOM: ClassDef = ClassDef {
    flags: flags::BASE | flags::DICT,
    ..ClassDef::new("random.SystemRandom", "A generator seeded by the system.", Layout::Record)
};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "random",
    doc: "Random numbers: a generator, distributions, drawing from sequences.",
    functions: &[],
    init: |vm, module| {
        let class = vm.add_module_class(module, &RANDOM)?;
        let dict = module.dict();
        let system = vm.module_class_with(&SYSTEM_RANDOM, &[class])?;
        dict.set_str(vm, vm.intern("SystemRandom"), system.into())?;
        // The functions of the module are the methods of one generator.
        let instance = vm.call(class.into(), &[])?;
        dict.set_str(vm, vm.intern("_inst"), instance)?;
        for function in [METHODS, distributions::METHODS, sequences::METHODS].into_iter().flatten() {
            if !function.name.starts_with('_') {
                let name = vm.intern(function.name);
                dict.set_str(vm, name, vm.get_attr(instance, name)?)?;
            }
        }
        Ok(())
    },
};

fn this(args: &[Value]) -> Gc<Record> {
    args[0].expect()
}

/// The generator's state.
fn with_twister<R>(generator: Value, f: impl FnOnce(&mut Twister<'_>) -> R) -> R {
    let state: Gc<ByteArray> = generator.expect::<Record>().get(STATE).expect();
    let cell: &RefCell<Vec<u8>> = &state.data;
    let mut data = cell.borrow_mut();
    f(&mut Twister(&mut data))
}

/// Whether a generator is no instance of a subclass, which may have overridden where the bits come from.
#[inline]
fn is_plain(vm: &Vm, generator: Value) -> bool {
    vm.class_of(generator).def.is_some_and(|def| core::ptr::eq(def, &raw const RANDOM))
}

/// The next float in [0, 1): by the method `random`, which a subclass may have overridden.
fn next_float(vm: &Vm, generator: Value) -> PyResult<f64> {
    if is_plain(vm, generator) {
        return Ok(with_twister(generator, |twister| twister.float()));
    }
    let value = vm.call_method(generator, "random", &[])?;
    number(vm, value)
}

/// A random integer of so many bits.
fn bits(generator: Value, count: u64) -> IBig {
    with_twister(generator, |twister| {
        let words = count.div_ceil(32);
        let mut bytes = Vec::with_capacity(words as usize * 4 + 1);
        for index in 0..words {
            let left = count - index * 32;
            let word = if left < 32 { twister.next() >> (32 - left) } else { twister.next() };
            bytes.extend_from_slice(&word.to_le_bytes());
        }
        bytes.push(0);
        IBig::from_le_bytes(&bytes)
    })
}

/// A random integer in `0..limit`, for a limit that is positive: by the method `getrandbits`, which a subclass may have overridden.
fn below(vm: &Vm, generator: Value, limit: &IBig) -> PyResult<IBig> {
    let count = int::arith::bit_length(limit);
    let plain = is_plain(vm, generator);
    loop {
        let value = if plain {
            bits(generator, count)
        } else {
            let drawn = vm.call_method(generator, "getrandbits", &[vm.new_int(count as i64)?])?;
            int::to_big(vm.index(drawn)?).unwrap_or_default()
        };
        if value < *limit {
            return Ok(value);
        }
    }
}

/// The same for small limits.
fn index_below(vm: &Vm, generator: Value, limit: usize) -> PyResult<usize> {
    if !is_plain(vm, generator) {
        let drawn = below(vm, generator, &IBig::from(limit))?;
        return usize::try_from(&drawn).map_err(|_| vm.value_error("getrandbits() returned a negative number"));
    }
    let count = usize::BITS - limit.leading_zeros();
    loop {
        let value = with_twister(generator, |twister| match count {
            0 => 0,
            1..=32 => u64::from(twister.next() >> (32 - count)),
            _ => u64::from(twister.next()) | u64::from(twister.next() >> (64 - count)) << 32,
        });
        if value < limit as u64 {
            return Ok(value as usize);
        }
    }
}

/// A number as a float.
fn number(vm: &Vm, value: Value) -> PyResult<f64> {
    if let Some(float) = value.as_float() {
        return Ok(float);
    }
    // Not `float(value)`, which takes strings too.
    match vm.binary(BinaryOp::Add, value, vm.new_float(0.0)?)?.as_float() {
        Some(float) => Ok(float),
        None => Err(vm.type_error(format!("must be real number, not {}", vm.type_name(value)))),
    }
}

/// The words of an integer's magnitude, least significant first.
fn words_of(value: &IBig) -> Vec<u32> {
    let magnitude = if int::arith::is_negative(value) { -value.clone() } else { value.clone() };
    let bytes = magnitude.to_le_bytes();
    let mut words: Vec<u32> =
        bytes.chunks(4).map(|chunk| chunk.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte))).collect();
    while words.last() == Some(&0) {
        words.pop();
    }
    words
}

/// The seed words of any value that may be a seed (version 2).
fn seed_words(vm: &Vm, seed: Value) -> PyResult<Vec<u32>> {
    if let Some(number) = int::to_big(seed) {
        return Ok(words_of(&number));
    }
    let text = match seed.cast::<Str>() {
        Some(text) => Some(codecs::encode(vm, text, "utf-8", "strict")?),
        None => buffer::find(seed).map(|bytes| bytes.to_vec()),
    };
    if let Some(mut bytes) = text {
        let digest = Sha512::digest(&bytes);
        bytes.extend_from_slice(&digest);
        bytes.reverse();
        bytes.push(0);
        return Ok(words_of(&IBig::from_le_bytes(&bytes)));
    }
    if seed.as_float().is_some() {
        return Ok(words_of(&IBig::from(vm.hash(seed)?)));
    }
    Err(vm.type_error("The only supported seed types are:\nNone, int, float, str, bytes, and bytearray."))
}

/// Seed words from the system: the clock and addresses, mixed.
fn system_seed() -> Vec<u32> {
    use core::hash::{BuildHasher, Hasher};
    (0..8)
        .map(|_| std::collections::hash_map::RandomState::new().build_hasher().finish())
        .flat_map(|word| [word as u32, (word >> 32) as u32])
        .collect()
}

/// The seed that version 1 makes of a string or bytes: a hash.
fn old_seed(seed: Value) -> Option<Vec<u32>> {
    let items: Vec<u32> = match seed.cast::<Str>() {
        Some(text) => text.text().iter().collect(),
        None => seed.cast::<Bytes>()?.as_slice().iter().map(|byte| u32::from(*byte)).collect(),
    };
    let start = items.first().map_or(0, |first| u64::from(*first) << 7);
    let hash = items.iter().fold(start, |hash, item| hash.wrapping_mul(1_000_003) ^ u64::from(*item));
    Some(words_of(&IBig::from(hash ^ items.len() as u64)))
}

fn seed_generator(vm: &Vm, generator: Value, seed: Value, version: i64) -> PyResult<()> {
    let words = match seed.bound().filter(|seed| *seed != vm.none()) {
        Some(seed) => match old_seed(seed).filter(|_| version == 1) {
            Some(words) => words,
            None => seed_words(vm, seed)?,
        },
        None => system_seed(),
    };
    with_twister(generator, |twister| twister.seed(&words));
    generator.expect::<Record>().set(vm, GAUSS_NEXT, vm.none());
    Ok(())
}

#[methods(METHODS)]
impl Methods {
    /// Initialize self: seed the generator.
    #[method("__init__($self, x=None, /)")]
    fn init(vm: &Vm, args: &[Value]) -> PyResult {
        seed_generator(vm, args[0], args[1], 2)?;
        Ok(vm.none())
    }

    /// Create and return a new object.
    #[method("static __new__(type, /, *args, **kwargs)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let state = ByteArray::new(vm, vm.types().bytearray, vec![0; BYTES])?;
        Record::new(vm, args[0].expect(), &[state.into(), vm.none()]).map(Value::from)
    }

    /// Return a random integer of k bits.
    #[method("getrandbits($self, k, /)")]
    fn getrandbits(vm: &Vm, args: &[Value]) -> PyResult {
        let count = vm.index_i64(args[1])?;
        match u64::try_from(count) {
            Ok(0) => Ok(Value::ZERO),
            Ok(count) if count > 1 << 34 => Err(vm.memory_error()),
            Ok(count) => vm.new_big_int(bits(args[0], count)),
            Err(_) => Err(vm.value_error("Cannot convert negative int")),
        }
    }

    /// Return the state, for `setstate`.
    #[method("getstate($self, /)")]
    fn getstate(vm: &Vm, args: &[Value]) -> PyResult {
        let words = with_twister(args[0], |twister| (0..=WORDS).map(|index| twister.word(index)).collect::<Vec<_>>());
        let items = Tuple::from_iter(vm, words.len(), words.iter().map(|word| Value::small(i64::from(*word))))?;
        vm.new_tuple(&[Value::small(STATE_VERSION), items.into(), this(args).get(GAUSS_NEXT)])
    }

    /// Return n random bytes.
    #[method("randbytes($self, n)")]
    fn randbytes(vm: &Vm, args: &[Value]) -> PyResult {
        let count = vm.index_i64(args[1])?;
        let Ok(count) = usize::try_from(count) else {
            return Err(vm.value_error("Cannot convert negative int"));
        };
        let mut bytes = Vec::new();
        if bytes.try_reserve_exact(count).is_err() {
            return Err(vm.memory_error());
        }
        with_twister(args[0], |twister| {
            while bytes.len() + 4 <= count {
                bytes.extend_from_slice(&twister.next().to_le_bytes());
            }
            let left = count - bytes.len();
            if left > 0 {
                let word = twister.next() >> (32 - 8 * left as u32);
                bytes.extend_from_slice(&word.to_le_bytes()[..left]);
            }
        });
        vm.new_bytes(&bytes)
    }

    /// Return a random float in [0, 1).
    #[method("random($self, /)")]
    fn random(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_float(with_twister(args[0], |twister| twister.float()))
    }

    /// Start the generator from a seed: an int, float, str, bytes; from the system without one.
    #[method("seed($self, a=None, version=2)")]
    fn seed(vm: &Vm, args: &[Value]) -> PyResult {
        let version = args[2].bound().map_or(Ok(2), |version| vm.index_i64(version))?;
        seed_generator(vm, args[0], args[1], version)?;
        Ok(vm.none())
    }

    /// Go to a state that `getstate` returned.
    #[method("setstate($self, state)")]
    fn setstate(vm: &Vm, args: &[Value]) -> PyResult {
        let state = vm.tuple_from(args[1])?;
        let version = state.get(0).unwrap_or(vm.none());
        if version != Value::small(STATE_VERSION) || state.len() != 3 {
            let version = vm.display(version);
            let text = format!("state with version {version} passed to Random.setstate() of version {STATE_VERSION}");
            return Err(vm.value_error(text));
        }
        let words = vm.tuple_from(state.items()[1])?;
        if words.len() != WORDS + 1 {
            return Err(vm.value_error("state vector is the wrong size"));
        }
        let mut numbers = Vec::with_capacity(words.len());
        for word in words.items() {
            numbers.push(vm.index_i64(*word)? as u32);
        }
        if numbers[WORDS] as usize > WORDS {
            return Err(vm.value_error("invalid state"));
        }
        with_twister(args[0], |twister| numbers.iter().enumerate().for_each(|(index, word)| twister.set(index, *word)));
        this(args).set(vm, GAUSS_NEXT, state.items()[2]);
        Ok(vm.none())
    }
}
