//! Writing values.

use std::sync::Arc;

use orochi_bytecode::Module;
use orochi_vm::types::bytes::{Bytes, buffer};
use orochi_vm::types::code::Code;
use orochi_vm::types::complex::Complex;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::int::{to_big, to_i64};
use orochi_vm::types::list::List;
use orochi_vm::types::set::Set;
use orochi_vm::types::slice::Slice;
use orochi_vm::types::str::Str;
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Gc, PyResult, Raised, Value, Vm};
use rustc_hash::FxHashMap;

use super::{MAX_DEPTH, REPLACEABLE, tag};

/// Why a value is not written.
enum Refusal {
    Unsupported,
    TooDeep,
    Code,
    Raised(Raised),
}

impl From<Raised> for Refusal {
    fn from(raised: Raised) -> Self {
        Refusal::Raised(raised)
    }
}

type Written = Result<(), Refusal>;

struct Writer<'a> {
    vm: &'a Vm,
    bytes: Vec<u8>,
    /// The number of each value that was written, by its bits; `None` in versions that know no references.
    refs: Option<FxHashMap<u64, u32>>,
    /// Modules of code objects that were written.
    modules: Vec<Arc<Module>>,
    depth: u32,
    version: i32,
    allow_code: bool,
}

/// The bytes of a value.
///
/// # Errors
/// ValueError when it cannot be written.
pub(super) fn dumps(vm: &Vm, value: Value, version: i32, allow_code: bool) -> PyResult<Vec<u8>> {
    let mut writer = Writer {
        vm,
        bytes: Vec::new(),
        refs: (version >= 3).then(FxHashMap::default),
        modules: Vec::new(),
        depth: 0,
        version,
        allow_code,
    };
    match writer.value(value) {
        Ok(()) => Ok(writer.bytes),
        Err(Refusal::Unsupported) => Err(vm.value_error("unmarshallable object")),
        Err(Refusal::TooDeep) => Err(vm.value_error("object too deeply nested to marshal")),
        Err(Refusal::Code) => Err(vm.value_error("marshalling code objects is disallowed")),
        Err(Refusal::Raised(raised)) => Err(raised),
    }
}

impl Writer<'_> {
    fn long(&mut self, number: i32) {
        self.bytes.extend(number.to_le_bytes());
    }

    fn size(&mut self, size: usize) -> Written {
        let size = i32::try_from(size).map_err(|_| Refusal::Unsupported)?;
        self.long(size);
        Ok(())
    }

    fn sized(&mut self, bytes: &[u8]) -> Written {
        self.size(bytes.len())?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn value(&mut self, value: Value) -> Written {
        if self.depth >= MAX_DEPTH {
            return Err(Refusal::TooDeep);
        }
        self.vm.check_native_recursion()?;
        self.depth += 1;
        let result = self.any(value);
        self.depth -= 1;
        result
    }

    fn any(&mut self, value: Value) -> Written {
        let vm = self.vm;
        let constants = [
            (vm.none(), tag::NONE),
            (vm.types().stop_iteration.into(), tag::STOP_ITERATION),
            (vm.ellipsis(), tag::ELLIPSIS),
            (vm.false_(), tag::FALSE),
            (vm.true_(), tag::TRUE),
        ];
        if let Some((_, tag)) = constants.iter().find(|(constant, _)| *constant == value) {
            self.bytes.push(*tag);
            return Ok(());
        }
        let mut flag = 0;
        if let Some(refs) = &mut self.refs {
            if let Some(number) = refs.get(&value.bits()) {
                self.bytes.push(tag::REF);
                self.bytes.extend(number.to_le_bytes());
                return Ok(());
            }
            let number = u32::try_from(refs.len()).ok().filter(|number| *number < i32::MAX as u32);
            let Some(number) = number else { return Err(vm.value_error("too many objects").into()) };
            refs.insert(value.bits(), number);
            flag = tag::FLAG_REF;
        }
        self.object(value, flag)
    }

    fn object(&mut self, value: Value, flag: u8) -> Written {
        let vm = self.vm;
        let types = vm.types();
        let class = vm.class_of(value);
        if class == types.int {
            self.int(value, flag);
        } else if class == types.float {
            self.float(value.as_float().unwrap_or(0.0), (tag::FLOAT, tag::FLOAT_TEXT), flag)?;
        } else if let Some(complex) = value.cast::<Complex>().filter(|_| class == types.complex) {
            let (real, imag) = complex.parts();
            self.float(real, (tag::COMPLEX, tag::COMPLEX_TEXT), flag)?;
            self.float_part(imag)?;
        } else if let Some(text) = value.cast::<Str>().filter(|_| class == types.str) {
            self.text(text, flag)?;
        } else if let Some(bytes) = value.cast::<Bytes>().filter(|_| class == types.bytes) {
            self.bytes.push(tag::BYTES | flag);
            self.sized(bytes.as_slice())?;
        } else if let Some(tuple) = value.cast::<Tuple>().filter(|_| class == types.tuple) {
            self.tuple(tuple, flag)?;
        } else if let Some(list) = value.cast::<List>().filter(|_| class == types.list) {
            self.bytes.push(tag::LIST | flag);
            let len = list.len();
            self.size(len)?;
            for index in 0..len {
                self.value(list.get(index).unwrap_or(vm.none()))?;
            }
        } else if let Some(dict) = value.cast::<Dict>().filter(|_| class == types.dict) {
            self.bytes.push(tag::DICT | flag);
            for (key, value) in dict.entries() {
                self.value(key)?;
                self.value(value)?;
            }
            self.bytes.push(tag::NULL);
        } else if let Some(set) = value.cast::<Set>().filter(|_| class == types.set || class == types.frozenset) {
            self.bytes.push(if class == types.set { tag::SET } else { tag::FROZENSET } | flag);
            self.set(set)?;
        } else if let Some(code) = value.cast::<Code>() {
            if !self.allow_code {
                return Err(Refusal::Code);
            }
            self.code(code, flag)?;
        } else if let Some(slice) = value.cast::<Slice>() {
            if self.version < 5 {
                return Err(Refusal::Unsupported);
            }
            self.bytes.push(tag::SLICE | flag);
            for part in [slice.start.get(), slice.stop.get(), slice.step.get()] {
                self.value(part)?;
            }
        } else if let Some(bytes) = buffer::find(value) {
            self.bytes.push(tag::BYTES | flag);
            self.sized(&bytes)?;
        } else {
            return Err(Refusal::Unsupported);
        }
        Ok(())
    }

    fn int(&mut self, value: Value, flag: u8) {
        if let Some(number) = to_i64(value).and_then(|number| i32::try_from(number).ok()) {
            self.bytes.push(tag::INT | flag);
            return self.long(number);
        }
        // A sign with the number of digits, then digits of 15 bits, lowest first.
        let big = to_big(value).unwrap_or_default();
        let negative = big.sign() == dashu_int::Sign::Negative;
        let bytes = dashu_int::UBig::try_from(if negative { -big } else { big }).unwrap_or_default().to_le_bytes();
        let (mut digits, mut bits, mut count) = (Vec::with_capacity(bytes.len() / 15 * 8 + 2), 0u32, 0);
        for byte in bytes.iter() {
            bits |= u32::from(*byte) << count;
            count += 8;
            if count >= 15 {
                digits.push((bits & 0x7fff) as u16);
                bits >>= 15;
                count -= 15;
            }
        }
        if bits != 0 {
            digits.push(bits as u16);
        }
        while digits.last() == Some(&0) {
            digits.pop();
        }
        self.bytes.push(tag::LONG | flag);
        // An integer is limited by memory to fewer digits than this.
        let len = i32::try_from(digits.len()).unwrap_or(i32::MAX);
        self.long(if negative { -len } else { len });
        digits.iter().for_each(|digit| self.bytes.extend(digit.to_le_bytes()));
    }

    fn float(&mut self, value: f64, (binary, text): (u8, u8), flag: u8) -> Written {
        self.bytes.push(if self.version > 1 { binary } else { text } | flag);
        self.float_part(value)
    }

    fn float_part(&mut self, value: f64) -> Written {
        if self.version > 1 {
            self.bytes.extend(value.to_le_bytes());
            return Ok(());
        }
        let text = self.vm.format(self.vm.new_float(value)?, self.vm.intern(".17g"))?.to_string();
        self.bytes.push(text.len() as u8);
        self.bytes.extend(text.as_bytes());
        Ok(())
    }

    fn text(&mut self, text: Gc<Str>, flag: u8) -> Written {
        let interned = text.is_interned();
        if self.version < 4 || !text.is_ascii() {
            self.bytes.push(if interned && self.version >= 3 { tag::INTERNED } else { tag::STR } | flag);
            return self.sized(&text.to_wtf8());
        }
        let bytes = text.to_wtf8();
        match u8::try_from(bytes.len()) {
            Ok(len) => {
                let tag = if interned { tag::SHORT_ASCII_INTERNED } else { tag::SHORT_ASCII };
                self.bytes.extend([tag | flag, len]);
                self.bytes.extend(&bytes);
                Ok(())
            }
            Err(_) => {
                self.bytes.push(if interned { tag::ASCII_INTERNED } else { tag::ASCII } | flag);
                self.sized(&bytes)
            }
        }
    }

    fn tuple(&mut self, tuple: Gc<Tuple>, flag: u8) -> Written {
        match u8::try_from(tuple.len()) {
            Ok(len) if self.version >= 4 => self.bytes.extend([tag::SMALL_TUPLE | flag, len]),
            _ => {
                self.bytes.push(tag::TUPLE | flag);
                self.size(tuple.len())?;
            }
        }
        tuple.items().iter().try_for_each(|item| self.value(*item))
    }

    /// The items by the order of their bytes, so that equal sets give the same bytes.
    fn set(&mut self, set: Gc<Set>) -> Written {
        self.size(set.len())?;
        let items = List::with_capacity(self.vm, set.len())?;
        let mut place = 0;
        while let Some((next, item, _)) = set.next_item(place) {
            items.push(self.vm, item)?;
            place = next;
        }
        let mut order: Vec<(Vec<u8>, usize)> = (0..items.len()).map(|index| (Vec::new(), index)).collect();
        if items.len() > 1 {
            for (bytes, index) in &mut order {
                let mut own = Writer {
                    vm: self.vm,
                    bytes: Vec::new(),
                    refs: self.refs.is_some().then(FxHashMap::default),
                    modules: Vec::new(),
                    depth: self.depth,
                    version: self.version,
                    allow_code: self.allow_code,
                };
                own.value(items.get(*index).unwrap_or_default())?;
                *bytes = own.bytes;
            }
            order.sort();
        }
        order.iter().try_for_each(|(_, index)| self.value(items.get(*index).unwrap_or_default()))
    }

    /// The module, or the number of one that was written before; the place of the code object in it; what programs can change.
    fn code(&mut self, code: Gc<Code>, flag: u8) -> Written {
        self.bytes.push(tag::CODE | flag);
        let module = code.module.module();
        match self.modules.iter().position(|known| Arc::ptr_eq(known, module)) {
            Some(number) => {
                self.bytes.push(1);
                self.size(number)?;
            }
            None => {
                self.modules.push(module.clone());
                self.bytes.push(0);
                self.sized(&orochi_bytecode::binary::encode(module))?;
            }
        }
        self.size(code.index.index())?;
        for attribute in [code.filename.get(), code.name.get(), code.qualname.get()] {
            self.value(attribute)?;
        }
        self.bytes.push(u8::from(code.is_replaced()));
        if code.is_replaced() {
            for name in REPLACEABLE {
                self.value(self.vm.get_attr_str(code.into(), name)?)?;
            }
        }
        Ok(())
    }
}
