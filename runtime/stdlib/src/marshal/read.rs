//! Reading values. The bytes may be anything: sizes are believed only as far as there are bytes, recursion is bounded, and code
//! objects go through the verifier.

use std::borrow::Cow;

use orochi_bytecode::VerifiedModule;
use orochi_bytecode::operands::CodeIdx;
use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::code::Code;
use orochi_vm::types::dict::Dict;
use orochi_vm::types::float::parse::decimal;
use orochi_vm::types::list::List;
use orochi_vm::types::set::Set;
use orochi_vm::types::slice::Slice;
use orochi_vm::types::str::{Str, codecs};
use orochi_vm::types::tuple::Tuple;
use orochi_vm::{Gc, PyResult, Raised, Value, Vm};

use super::{MAX_DEPTH, REPLACEABLE, tag};

/// Where the bytes come from.
pub(super) enum Source<'a> {
    /// What is left to read.
    Bytes(&'a [u8]),
    /// A file object.
    File(Value),
}

/// A container of more items than this, from a file, is made when its items are there.
const BELIEVED: usize = 1 << 16;

pub(super) struct Reader<'a> {
    vm: &'a Vm,
    source: Source<'a>,
    /// Values that others may refer to; None for one that is not complete.
    refs: Gc<List>,
    /// Modules of code objects.
    modules: Vec<VerifiedModule>,
    depth: u32,
    allow_code: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(vm: &'a Vm, source: Source<'a>, allow_code: bool) -> PyResult<Self> {
        let refs = List::with_capacity(vm, 0)?;
        Ok(Reader { vm, source, refs, modules: Vec::new(), depth: 0, allow_code })
    }

    /// The value that the bytes begin with.
    pub(super) fn value(mut self) -> PyResult {
        self.item("object")
    }

    fn bad(&self, what: &str) -> Raised {
        self.vm.value_error(format!("bad marshal data ({what})"))
    }

    fn end_of_file(&self, message: &str) -> Raised {
        self.vm.raise(self.vm.types().eof_error, message)
    }

    // ---- bytes --------------------------------------------------------------------------------------------------------

    fn take(&mut self, count: usize) -> PyResult<Cow<'a, [u8]>> {
        match &mut self.source {
            Source::Bytes(bytes) => match bytes.split_at_checked(count) {
                Some((taken, rest)) => {
                    *bytes = rest;
                    Ok(Cow::Borrowed(taken))
                }
                None => Err(self.end_of_file("marshal data too short")),
            },
            Source::File(file) => {
                let file = *file;
                let mut bytes = Vec::new();
                while bytes.len() < count {
                    let wanted = (count - bytes.len()).min(1 << 20);
                    self.read_into(file, wanted, &mut bytes)?;
                }
                Ok(Cow::Owned(bytes))
            }
        }
    }

    fn read_into(&self, file: Value, count: usize, bytes: &mut Vec<u8>) -> PyResult<()> {
        let vm = self.vm;
        let target = ByteArray::new(vm, vm.types().bytearray, vec![0; count])?;
        let view = vm.call(vm.types().memoryview.into(), &[target.into()])?;
        let result = vm.call_method(file, "readinto", &[view])?;
        let read = vm.index_i64(result)?;
        if read > count as i64 {
            let message = format!("read() returned too much data: {count} bytes requested, {read} returned");
            return Err(vm.value_error(message));
        }
        let data = target.data.borrow();
        if read < count as i64 || data.len() < count {
            return Err(self.end_of_file("EOF read where not expected"));
        }
        bytes.extend_from_slice(&data[..count]);
        Ok(())
    }

    fn byte(&mut self) -> PyResult<u8> {
        match &mut self.source {
            Source::Bytes([]) => Err(self.end_of_file("EOF read where object expected")),
            _ => Ok(self.take(1)?[0]),
        }
    }

    fn array<const N: usize>(&mut self) -> PyResult<[u8; N]> {
        let bytes = self.take(N)?;
        Ok(core::array::from_fn(|index| bytes[index]))
    }

    fn long(&mut self) -> PyResult<i32> {
        self.array().map(i32::from_le_bytes)
    }

    fn size(&mut self, what: &str) -> PyResult<usize> {
        let size = self.long()?;
        usize::try_from(size).map_err(|_| self.bad(&format!("{what} size out of range")))
    }

    /// Whether so many items may be there.
    fn may_hold(&self, count: usize) -> bool {
        match &self.source {
            Source::Bytes(bytes) => count <= bytes.len(),
            Source::File(_) => count <= BELIEVED,
        }
    }

    // ---- references ---------------------------------------------------------------------------------------------------

    /// A place for a value that is not complete yet.
    fn reserve(&mut self, flag: bool) -> PyResult<usize> {
        if flag {
            self.refs.push(self.vm, self.vm.none())?;
        }
        Ok(self.refs.len().wrapping_sub(1))
    }

    fn remember(&mut self, flag: bool, place: usize, value: Value) -> Value {
        if flag {
            self.refs.set(self.vm, place, value);
        }
        value
    }

    fn known(&mut self, flag: bool, value: Value) -> PyResult {
        if flag {
            self.refs.push(self.vm, value)?;
        }
        Ok(value)
    }

    fn reference(&mut self) -> PyResult {
        let number = self.long()?;
        let value = usize::try_from(number).ok().and_then(|number| self.refs.get(number));
        value.filter(|value| *value != self.vm.none()).ok_or_else(|| self.bad("invalid reference"))
    }

    // ---- values -------------------------------------------------------------------------------------------------------

    /// A value that must be there.
    fn item(&mut self, container: &str) -> PyResult {
        match self.object()? {
            Some(value) => Ok(value),
            None => Err(self.vm.type_error(format!("NULL object in marshal data for {container}"))),
        }
    }

    /// A value; `None` for the mark that ends a dict.
    fn object(&mut self) -> PyResult<Option<Value>> {
        let byte = self.byte()?;
        if self.depth >= MAX_DEPTH {
            return Err(self.vm.value_error("recursion limit exceeded"));
        }
        self.vm.check_native_recursion()?;
        self.depth += 1;
        let result = self.typed(byte & !tag::FLAG_REF, byte & tag::FLAG_REF != 0);
        self.depth -= 1;
        result
    }

    fn typed(&mut self, kind: u8, flag: bool) -> PyResult<Option<Value>> {
        let vm = self.vm;
        let value = match kind {
            tag::NULL => return Ok(None),
            tag::NONE => vm.none(),
            tag::STOP_ITERATION => vm.types().stop_iteration.into(),
            tag::ELLIPSIS => vm.ellipsis(),
            tag::FALSE => vm.false_(),
            tag::TRUE => vm.true_(),
            tag::REF => self.reference()?,
            tag::TUPLE => {
                let len = self.size("tuple")?;
                self.tuple(len, flag)?
            }
            tag::SMALL_TUPLE => {
                let len = self.byte()?;
                self.tuple(usize::from(len), flag)?
            }
            tag::LIST => self.list(flag)?,
            tag::DICT => self.dict(flag)?,
            tag::SET | tag::FROZENSET => self.set(kind == tag::SET, flag)?,
            tag::SLICE => {
                let place = self.reserve(flag)?;
                let [start, stop, step] = [self.item("slice")?, self.item("slice")?, self.item("slice")?];
                let slice = Slice::new(vm, start, stop, step)?;
                self.remember(flag, place, slice)
            }
            tag::CODE => {
                if !self.allow_code {
                    return Err(vm.value_error("unmarshalling code objects is disallowed"));
                }
                let place = self.reserve(flag)?;
                let code = self.code()?;
                self.remember(flag, place, code)
            }
            _ => {
                let value = self.plain(kind)?;
                self.known(flag, value)?
            }
        };
        Ok(Some(value))
    }

    /// Values without others in them.
    fn plain(&mut self, kind: u8) -> PyResult {
        let vm = self.vm;
        match kind {
            tag::INT => vm.new_int(i64::from(self.long()?)),
            tag::INT64 => vm.new_int(i64::from_le_bytes(self.array()?)),
            tag::LONG => self.big_int(),
            tag::FLOAT => vm.new_float(f64::from_le_bytes(self.array()?)),
            tag::FLOAT_TEXT => vm.new_float(self.float_text()?),
            tag::COMPLEX => {
                let real = f64::from_le_bytes(self.array()?);
                vm.new_complex(real, f64::from_le_bytes(self.array()?))
            }
            tag::COMPLEX_TEXT => {
                let real = self.float_text()?;
                vm.new_complex(real, self.float_text()?)
            }
            tag::BYTES => {
                let len = self.size("bytes object")?;
                vm.new_bytes(&self.take(len)?)
            }
            tag::ASCII | tag::ASCII_INTERNED => {
                let len = self.size("string")?;
                self.ascii(len, kind == tag::ASCII_INTERNED)
            }
            tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => {
                let len = usize::from(self.byte()?);
                self.ascii(len, kind == tag::SHORT_ASCII_INTERNED)
            }
            tag::STR | tag::INTERNED => {
                let len = self.size("string")?;
                let text = codecs::decode(vm, &self.take(len)?, "utf-8", "surrogatepass")?;
                Ok(if kind == tag::INTERNED { vm.intern_str(text.expect::<Str>()).into() } else { text })
            }
            _ => Err(self.bad("unknown type code")),
        }
    }

    fn ascii(&mut self, len: usize, interned: bool) -> PyResult {
        let text = Str::from_latin1(self.vm, &self.take(len)?)?;
        Ok(if interned { self.vm.intern_str(text) } else { text }.into())
    }

    fn float_text(&mut self) -> PyResult<f64> {
        let len = usize::from(self.byte()?);
        let bytes = self.take(len)?;
        let text = String::from_utf8_lossy(&bytes);
        decimal(&text).ok_or_else(|| self.vm.value_error(format!("could not convert string to float: '{text}'")))
    }

    fn big_int(&mut self) -> PyResult {
        let count = self.long()?;
        let len = count.unsigned_abs() as usize;
        if count == i32::MIN {
            return Err(self.bad("long size out of range"));
        }
        let digits = self.take(len * 2)?;
        let (mut bytes, mut bits, mut held) = (Vec::with_capacity(digits.len()), 0u32, 0);
        let mut top = 1;
        for digit in digits.chunks_exact(2) {
            top = u32::from(digit[0]) | u32::from(digit[1]) << 8;
            if top >= 1 << 15 {
                return Err(self.bad("digit out of range in long"));
            }
            bits |= top << held;
            held += 15;
            while held >= 8 {
                bytes.push(bits as u8);
                bits >>= 8;
                held -= 8;
            }
        }
        if top == 0 {
            return Err(self.bad("unnormalized long data"));
        }
        bytes.push(bits as u8);
        let number = dashu_int::IBig::from(dashu_int::UBig::from_le_bytes(&bytes));
        self.vm.new_big_int(if count < 0 { -number } else { number })
    }

    fn tuple(&mut self, len: usize, flag: bool) -> PyResult {
        if len == 0 {
            return self.known(flag, self.vm.empty_tuple().into());
        }
        if !self.may_hold(len) {
            let place = self.reserve(flag)?;
            let items = List::with_capacity(self.vm, 0)?;
            for _ in 0..len {
                let item = self.item("tuple")?;
                items.push(self.vm, item)?;
            }
            let tuple = items.to_tuple(self.vm)?;
            return Ok(self.remember(flag, place, tuple.into()));
        }
        // It can be referred to from inside.
        let tuple = Tuple::new_open(self.vm, len)?;
        self.known(flag, tuple.into())?;
        for index in 0..len {
            let item = self.item("tuple")?;
            tuple.set_open(self.vm, index, item);
        }
        Ok(tuple.into())
    }

    fn list(&mut self, flag: bool) -> PyResult {
        let len = self.size("list")?;
        let list = List::with_capacity(self.vm, if self.may_hold(len) { len } else { 0 })?;
        self.known(flag, list.into())?;
        for _ in 0..len {
            let item = self.item("list")?;
            list.push(self.vm, item)?;
        }
        Ok(list.into())
    }

    fn dict(&mut self, flag: bool) -> PyResult {
        let dict = Dict::new(self.vm)?;
        self.known(flag, dict.into())?;
        while let Some(key) = self.object()? {
            let Some(value) = self.object()? else { break };
            dict.set(self.vm, key, value)?;
        }
        Ok(dict.into())
    }

    fn set(&mut self, mutable: bool, flag: bool) -> PyResult {
        let len = self.size("set")?;
        let types = self.vm.types();
        let set = Set::new(self.vm, if mutable { types.set } else { types.frozenset }, &[])?;
        // A frozenset is not complete, and cannot be hashed, before its items are there.
        let place = if mutable {
            self.known(flag, set.into())?;
            0
        } else {
            self.reserve(flag)?
        };
        for _ in 0..len {
            let item = self.item("set")?;
            set.add(self.vm, item)?;
        }
        Ok(if mutable { set.into() } else { self.remember(flag, place, set.into()) })
    }

    fn code(&mut self) -> PyResult {
        let vm = self.vm;
        let module = match self.byte()? {
            0 => {
                let len = self.size("code object")?;
                let bytes = self.take(len)?;
                let module = orochi_bytecode::binary::decode(&bytes).map_err(|error| self.bad(&error.to_string()))?;
                let module = VerifiedModule::container(module).map_err(|error| self.bad(&error.to_string()))?;
                self.modules.push(module.clone());
                module
            }
            1 => {
                let number = self.size("code object")?;
                self.modules.get(number).cloned().ok_or_else(|| self.bad("invalid reference"))?
            }
            _ => return Err(self.bad("unknown form of a code object")),
        };
        let index = self.size("code object")?;
        if index >= module.code_count() {
            return Err(self.bad("no such code object"));
        }
        let code = Code::new(vm, &module, CodeIdx(index as u32))?;
        let mut texts = [vm.empty_str(); 3];
        for text in &mut texts {
            let value = self.item("code")?;
            let Some(read) = value.cast::<Str>() else { return Err(self.bad("a name that is no string")) };
            *text = read;
        }
        code.rename(vm, texts[0], texts[1], texts[2]);
        if self.byte()? == 0 {
            return Ok(code.into());
        }
        let changes = Dict::new(vm)?;
        for name in REPLACEABLE {
            let value = self.item("code")?;
            changes.set_str(vm, vm.intern(name), value)?;
        }
        vm.call_with(vm.get_attr_str(code.into(), "replace")?, &[], changes)
    }
}
