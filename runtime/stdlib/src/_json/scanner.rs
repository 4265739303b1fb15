//! `make_scanner`: reads a JSON value from a text.

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::float::parse;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::str::Str;
use orochi_vm::{ClassDef, Gc, Layout, PyResult, Raised, Record, Value, Vm, with_text};

use super::{check_depth, decode_error, strings, text_argument};

/// Fields: what the decoder was made with; hooks are None when there are none.
const STRICT: usize = 0;
const OBJECT_HOOK: usize = 1;
const PAIRS_HOOK: usize = 2;
const PARSE_FLOAT: usize = 3;
const PARSE_INT: usize = 4;
const PARSE_CONSTANT: usize = 5;

pub(super) static CLASS: ClassDef = ClassDef {
    flags: flags::BASE,
    methods: &[METHODS],
    getset: &[
        GetSetDef::member("strict", "strict", |_, value| Ok(field(value, STRICT))),
        GetSetDef::member("object_hook", "object_hook", |_, value| Ok(field(value, OBJECT_HOOK))),
        GetSetDef::member("object_pairs_hook", "", |_, value| Ok(field(value, PAIRS_HOOK))),
        GetSetDef::member("parse_float", "parse_float", |_, value| Ok(field(value, PARSE_FLOAT))),
        GetSetDef::member("parse_int", "parse_int", |_, value| Ok(field(value, PARSE_INT))),
        GetSetDef::member("parse_constant", "parse_constant", |_, value| Ok(field(value, PARSE_CONSTANT))),
    ],
    ..ClassDef::new("_json.Scanner", "JSON scanner object", Layout::Record)
};

fn field(scanner: Value, index: usize) -> Value {
    scanner.expect::<Record>().get(index)
}

#[methods(METHODS)]
impl Methods {
    /// Call self as a function.
    #[method("__call__($self, /, string, idx)")]
    fn call(vm: &Vm, args: &[Value]) -> PyResult {
        let text = text_argument(vm, args[1])?;
        let start = vm.index_i64(args[2])?;
        let Ok(start) = usize::try_from(start) else {
            return Err(vm.value_error("idx cannot be negative"));
        };
        let scan = Scan::new(vm, args[0].expect(), text)?;
        let (value, end) = with_text!(text.text(), units => scan.value(units, start, 0))?;
        vm.new_tuple(&[value, vm.new_int(end as i64)?])
    }

    /// Create and return a new object.
    #[method("static __new__(type, context)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let attribute = |name: &str| vm.get_attr_str(args[1], name);
        let strict = vm.is_true(attribute("strict")?)?;
        let fields = [
            vm.bool(strict),
            attribute("object_hook")?,
            attribute("object_pairs_hook")?,
            attribute("parse_float")?,
            attribute("parse_int")?,
            attribute("parse_constant")?,
        ];
        Record::new(vm, args[0].expect(), &fields).map(Value::from)
    }
}

/// One run of a scanner over a text.
struct Scan<'a> {
    vm: &'a Vm,
    scanner: Gc<Record>,
    text: Gc<Str>,
    strict: bool,
    /// The keys that were read, so that equal ones are one object.
    keys: Gc<Dict>,
}

/// A value and the place behind it.
type Found = PyResult<(Value, usize)>;

fn skip_space<T: Copy + Into<u32>>(units: &[T], mut place: usize) -> usize {
    while units.get(place).is_some_and(|unit| matches!((*unit).into(), 0x20 | 0x09 | 0x0a | 0x0d)) {
        place += 1;
    }
    place
}

fn is_at<T: Copy + Into<u32>>(units: &[T], place: usize, byte: u8) -> bool {
    units.get(place).is_some_and(|unit| (*unit).into() == u32::from(byte))
}

fn starts_with<T: Copy + Into<u32>>(units: &[T], place: usize, word: &[u8]) -> bool {
    units
        .get(place..place + word.len())
        .is_some_and(|part| part.iter().zip(word).all(|(unit, byte)| (*unit).into() == u32::from(*byte)))
}

fn is_digit<T: Copy + Into<u32>>(units: &[T], place: usize) -> bool {
    units.get(place).is_some_and(|unit| (0x30..0x3a).contains(&(*unit).into()))
}

impl<'a> Scan<'a> {
    fn new(vm: &'a Vm, scanner: Gc<Record>, text: Gc<Str>) -> PyResult<Scan<'a>> {
        let strict = scanner.get(STRICT) == vm.true_();
        Ok(Scan { vm, scanner, text, strict, keys: Dict::new(vm)? })
    }

    /// There is no value at a place: the decoder turns it into an error.
    #[cold]
    fn nothing(&self, place: usize) -> Raised {
        match self.vm.new_int(place as i64) {
            Ok(place) => self.vm.stop_iteration(place),
            Err(raised) => raised,
        }
    }

    #[cold]
    fn error(&self, message: &str, place: usize) -> Raised {
        decode_error(self.vm, message, self.text, place)
    }

    fn value<T: Copy + Into<u32>>(&self, units: &[T], place: usize, depth: usize) -> Found {
        let Some(first) = units.get(place).and_then(|unit| u8::try_from((*unit).into()).ok()) else {
            return Err(self.nothing(place));
        };
        match first {
            b'"' => {
                let (text, end) = strings::scan(self.vm, self.text, place + 1, self.strict)?;
                Ok((text.into(), end))
            }
            b'{' => {
                check_depth(self.vm, depth, "while decoding a JSON object from a unicode string")?;
                self.object(units, place + 1, depth + 1)
            }
            b'[' => {
                check_depth(self.vm, depth, "while decoding a JSON array from a unicode string")?;
                self.array(units, place + 1, depth + 1)
            }
            b'n' if starts_with(units, place, b"null") => Ok((self.vm.none(), place + 4)),
            b't' if starts_with(units, place, b"true") => Ok((self.vm.true_(), place + 4)),
            b'f' if starts_with(units, place, b"false") => Ok((self.vm.false_(), place + 5)),
            b'N' if starts_with(units, place, b"NaN") => self.constant("NaN", place),
            b'I' if starts_with(units, place, b"Infinity") => self.constant("Infinity", place),
            b'-' if starts_with(units, place, b"-Infinity") => self.constant("-Infinity", place),
            _ => self.number(units, place),
        }
    }

    fn constant(&self, name: &str, place: usize) -> Found {
        let value = self.vm.call(self.scanner.get(PARSE_CONSTANT), &[self.vm.new_str(name)?])?;
        Ok((value, place + name.len()))
    }

    fn object<T: Copy + Into<u32>>(&self, units: &[T], place: usize, depth: usize) -> Found {
        let (vm, scanner) = (self.vm, &self.scanner);
        let pairs_hook = scanner.get(PAIRS_HOOK);
        let pairs = if pairs_hook == vm.none() { None } else { Some(List::with_capacity(vm, 0)?) };
        let dict = Dict::new(vm)?;
        let mut place = skip_space(units, place);
        if is_at(units, place, b'}') {
            place += 1;
        } else {
            loop {
                if !is_at(units, place, b'"') {
                    return Err(self.error("Expecting property name enclosed in double quotes", place));
                }
                let (key, end) = strings::scan(vm, self.text, place + 1, self.strict)?;
                let key = self.keys.get_or_insert(vm, key.into(), key.into())?;
                place = skip_space(units, end);
                if !is_at(units, place, b':') {
                    return Err(self.error("Expecting ':' delimiter", place));
                }
                let (value, end) = self.value(units, skip_space(units, place + 1), depth)?;
                match pairs {
                    Some(pairs) => pairs.push(vm, vm.new_tuple(&[key, value])?)?,
                    None => dict.set(vm, key, value)?,
                }
                place = skip_space(units, end);
                if is_at(units, place, b'}') {
                    place += 1;
                    break;
                }
                let comma = place;
                if !is_at(units, comma, b',') {
                    return Err(self.error("Expecting ',' delimiter", comma));
                }
                place = skip_space(units, comma + 1);
                if is_at(units, place, b'}') {
                    return Err(self.error("Illegal trailing comma before end of object", comma));
                }
            }
        }
        if let Some(pairs) = pairs {
            return Ok((vm.call(pairs_hook, &[pairs.into()])?, place));
        }
        let hook = scanner.get(OBJECT_HOOK);
        let value = if hook == vm.none() { dict.into() } else { vm.call(hook, &[dict.into()])? };
        Ok((value, place))
    }

    fn array<T: Copy + Into<u32>>(&self, units: &[T], place: usize, depth: usize) -> Found {
        let list = List::with_capacity(self.vm, 0)?;
        let mut place = skip_space(units, place);
        if is_at(units, place, b']') {
            return Ok((list.into(), place + 1));
        }
        loop {
            let (value, end) = self.value(units, place, depth)?;
            list.push(self.vm, value)?;
            place = skip_space(units, end);
            if is_at(units, place, b']') {
                return Ok((list.into(), place + 1));
            }
            let comma = place;
            if !is_at(units, comma, b',') {
                return Err(self.error("Expecting ',' delimiter", comma));
            }
            place = skip_space(units, comma + 1);
            if is_at(units, place, b']') {
                return Err(self.error("Illegal trailing comma before end of array", comma));
            }
        }
    }

    fn number<T: Copy + Into<u32>>(&self, units: &[T], start: usize) -> Found {
        let skip_digits = |mut place: usize| {
            while is_digit(units, place) {
                place += 1;
            }
            place
        };
        let negative = is_at(units, start, b'-');
        let first = start + usize::from(negative);
        let mut end = match units.get(first).map(|unit| (*unit).into()) {
            Some(0x30) => first + 1,
            Some(0x31..=0x39) => skip_digits(first + 1),
            _ => return Err(self.nothing(start)),
        };
        let mut is_float = false;
        if is_at(units, end, b'.') && is_digit(units, end + 1) {
            is_float = true;
            end = skip_digits(end + 1);
        }
        if is_at(units, end, b'e') || is_at(units, end, b'E') {
            let sign = usize::from(is_at(units, end + 1, b'-') || is_at(units, end + 1, b'+'));
            if is_digit(units, end + 1 + sign) {
                is_float = true;
                end = skip_digits(end + 1 + sign);
            }
        }
        let (function, standard) = if is_float {
            (self.scanner.get(PARSE_FLOAT), self.vm.types().float)
        } else {
            (self.scanner.get(PARSE_INT), self.vm.types().int)
        };
        let part = &units[start..end];
        if function == standard.into() {
            // Eighteen digits fit 64 bits.
            if !is_float && end - first <= 18 {
                let magnitude =
                    part[first - start..].iter().fold(0, |value, unit| value * 10 + i64::from((*unit).into()) - 0x30);
                return Ok((self.vm.new_int(if negative { -magnitude } else { magnitude })?, end));
            }
            if is_float && let Some(value) = float(part) {
                return Ok((self.vm.new_float(value)?, end));
            }
        }
        let text = Str::from_text(self.vm, self.text.text().slice(start, end))?;
        Ok((self.vm.call(function, &[text.into()])?, end))
    }
}

/// The float of some ASCII characters.
fn float<T: Copy + Into<u32>>(part: &[T]) -> Option<f64> {
    const ROOM: usize = 64;
    let mut bytes = [0; ROOM];
    let bytes = bytes.get_mut(..part.len())?;
    for (byte, unit) in bytes.iter_mut().zip(part) {
        *byte = (*unit).into() as u8;
    }
    parse::decimal(core::str::from_utf8(bytes).ok()?)
}
