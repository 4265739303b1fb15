//! The object behind `array.array`: numbers of one machine type, in bytes outside the heap. The methods are in the standard
//! library's `array` module; the object is here so that the interpreter can read and write items itself.

use core::cell::{Cell, RefCell};
use core::ptr::NonNull;

use dashu_int::IBig;
use orochi_gc::{Gc, Header, Heap, Tracer};

use crate::error::{PyResult, Raised};
use crate::object::class::Class;
use crate::object::layout::{Layout, PyLayout};
use crate::protocol::buffer::Exports;
use crate::protocol::text::TextBuf;
use crate::types::int;
use crate::types::str::Str;
use crate::value::Value;
use crate::vm::Vm;

/// The machine type of the items.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum TypeCode {
    I8 = b'b',
    U8 = b'B',
    Wide = b'u',
    CodePoint = b'w',
    I16 = b'h',
    U16 = b'H',
    I32 = b'i',
    U32 = b'I',
    Long = b'l',
    ULong = b'L',
    I64 = b'q',
    U64 = b'Q',
    F32 = b'f',
    F64 = b'd',
}

impl TypeCode {
    /// The type of a letter.
    #[must_use]
    pub fn from_letter(letter: u32) -> Option<TypeCode> {
        use TypeCode::*;
        [I8, U8, Wide, CodePoint, I16, U16, I32, U32, Long, ULong, I64, U64, F32, F64]
            .into_iter()
            .find(|code| *code as u32 == letter)
    }

    /// Bytes of an item.
    #[inline]
    #[must_use]
    pub const fn size(self) -> usize {
        use TypeCode::*;
        match self {
            I8 | U8 => 1,
            I16 | U16 => 2,
            Wide | CodePoint | I32 | U32 | F32 => 4,
            Long | ULong | I64 | U64 | F64 => 8,
        }
    }

    /// The format of the items in the syntax of the module `struct`.
    #[must_use]
    pub const fn format(self) -> &'static str {
        use TypeCode::*;
        match self {
            I8 => "b",
            U8 => "B",
            Wide | CodePoint => "w",
            I16 => "h",
            U16 => "H",
            I32 => "i",
            U32 => "I",
            Long => "l",
            ULong => "L",
            I64 => "q",
            U64 => "Q",
            F32 => "f",
            F64 => "d",
        }
    }

    /// Whether items are characters.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, TypeCode::Wide | TypeCode::CodePoint)
    }
}

/// An array of numbers.
#[repr(C)]
pub struct TypedArray {
    header: Header,
    pub code: Cell<TypeCode>,
    /// The items in the machine's order, [`TypeCode::size`] bytes each.
    pub data: RefCell<Vec<u8>>,
    /// While they are lent out, the items stay as many as they are.
    pub exports: Exports,
}

// SAFETY: begins with a header, and has no references.
unsafe impl PyLayout for TypedArray {
    const LAYOUT: Layout = Layout::TypedArray;

    fn trace_native(&self, _: &mut Tracer<'_>) {}
}

/// Frees the bytes of a dead array.
///
/// # Safety
/// `object` is a dead array, dropped once.
pub unsafe fn drop_typed_array(object: NonNull<Header>, _: &Heap) {
    // SAFETY: the caller vouches for it.
    unsafe {
        core::ptr::drop_in_place(&raw mut (*object.cast::<TypedArray>().as_ptr()).data);
        core::ptr::drop_in_place(&raw mut (*object.cast::<TypedArray>().as_ptr()).exports);
    }
}

/// An item as bytes: the first [`TypeCode::size`] of them.
pub type ItemBytes = [u8; 8];

impl TypedArray {
    /// An array of a class with the layout.
    pub fn new(vm: &Vm, class: Gc<Class>, code: TypeCode, data: Vec<u8>) -> PyResult<Gc<TypedArray>> {
        vm.new_native(
            class,
            TypedArray {
                header: Header::empty(),
                code: Cell::new(code),
                data: RefCell::new(data),
                exports: Exports::default(),
            },
        )
    }

    /// BufferError while the items are lent out.
    #[inline]
    pub fn check_resizable(&self, vm: &Vm) -> PyResult<()> {
        vm.check_resizable(&self.exports, "cannot resize an array that is exporting buffers")
    }

    /// The number of items.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.data.borrow().len() / self.code.get().size()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.data.borrow().is_empty()
    }

    /// An item; `None` beyond the end.
    #[inline]
    pub fn get(&self, vm: &Vm, index: usize) -> PyResult<Option<Value>> {
        let code = self.code.get();
        let start = index.saturating_mul(code.size());
        let word = {
            let data = self.data.borrow();
            let Some(rest) = data.get(start..) else { return Ok(None) };
            // Each size has a copy of its own, which is one load.
            match code.size() {
                1 => rest.first().map(|byte| u64::from(*byte)),
                2 => rest.first_chunk().map(|bytes| u64::from(u16::from_le_bytes(*bytes))),
                4 => rest.first_chunk().map(|bytes| u64::from(u32::from_le_bytes(*bytes))),
                _ => rest.first_chunk().map(|bytes| u64::from_le_bytes(*bytes)),
            }
        };
        match word {
            Some(word) => unpack(vm, code, word.to_le_bytes()).map(Some),
            None => Ok(None),
        }
    }

    /// Replaces an item; false beyond the end. TypeError or OverflowError when the value does not fit.
    #[inline]
    pub fn set(&self, vm: &Vm, index: usize, value: Value) -> PyResult<bool> {
        let code = self.code.get();
        let bytes = pack(vm, code, value)?;
        let start = index.saturating_mul(code.size());
        let mut data = self.data.borrow_mut();
        let Some(rest) = data.get_mut(start..) else { return Ok(false) };
        if code.size() == 8 {
            let Some(item) = rest.first_chunk_mut() else { return Ok(false) };
            *item = bytes;
            return Ok(true);
        }
        let Some(item) = rest.get_mut(..code.size()) else { return Ok(false) };
        item.copy_from_slice(&bytes[..code.size()]);
        Ok(true)
    }
}

/// The value of an item's bytes.
#[inline]
pub fn unpack(vm: &Vm, code: TypeCode, bytes: ItemBytes) -> PyResult {
    let word = u64::from_le_bytes(bytes);
    match code {
        TypeCode::F64 => vm.new_float(f64::from_bits(word)),
        TypeCode::I8 => Ok(Value::small(i64::from(word as i8))),
        TypeCode::U8 => Ok(Value::small(i64::from(word as u8))),
        TypeCode::I16 => Ok(Value::small(i64::from(word as i16))),
        TypeCode::U16 => Ok(Value::small(i64::from(word as u16))),
        TypeCode::I32 => Ok(Value::small(i64::from(word as i32))),
        TypeCode::U32 => Ok(Value::small(i64::from(word as u32))),
        TypeCode::Long | TypeCode::I64 => vm.new_int(word as i64),
        TypeCode::ULong | TypeCode::U64 => vm.new_big_int(IBig::from(word)),
        TypeCode::F32 => vm.new_float(f64::from(f32::from_bits(word as u32))),
        TypeCode::Wide | TypeCode::CodePoint => {
            if word > 0x10_ffff {
                return Err(vm.value_error(format!("character U+{word:x} is not in range [U+0000; U+10ffff]")));
            }
            Str::from_slice(vm, &[word as u32]).map(Value::from)
        }
    }
}

/// The bytes of a value as an item.
#[inline]
pub fn pack(vm: &Vm, code: TypeCode, value: Value) -> PyResult<ItemBytes> {
    match code {
        TypeCode::F64 if value.is_float() => Ok(value.float_unchecked().to_bits().to_le_bytes()),
        TypeCode::U8 | TypeCode::I32 if value.is_int() => integer(vm, code, value),
        _ => pack_slow(vm, code, value),
    }
}

fn pack_slow(vm: &Vm, code: TypeCode, value: Value) -> PyResult<ItemBytes> {
    match code {
        TypeCode::F64 => Ok(number(vm, value)?.to_bits().to_le_bytes()),
        TypeCode::F32 => Ok(u64::from((number(vm, value)? as f32).to_bits()).to_le_bytes()),
        TypeCode::Wide | TypeCode::CodePoint => {
            let Some(text) = value.cast::<Str>() else {
                let name = vm.type_name(value);
                return Err(vm.type_error(format!("array item must be a unicode character, not {name}")));
            };
            if text.len() != 1 {
                return Err(vm.type_error(format!(
                    "array item must be a unicode character, not a string of length {}",
                    text.len()
                )));
            }
            Ok(u64::from(text.text().at(0)).to_le_bytes())
        }
        _ => integer(vm, code, value),
    }
}

/// `float(value)` for numbers.
fn number(vm: &Vm, value: Value) -> PyResult<f64> {
    if let Some(float) = value.as_float() {
        return Ok(float);
    }
    if let Some(int) = value.as_int() {
        return Ok(int as f64);
    }
    let class = vm.class_of(value);
    let special = crate::object::Special::Float;
    if class.special(special).is_unbound() && class.special(crate::object::Special::Index).is_unbound() {
        return Err(vm.type_error(format!("must be real number, not {}", vm.type_name(value))));
    }
    let result = vm.call(vm.types().float.into(), &[value])?;
    result.as_float().ok_or_else(|| vm.type_error("must be real number"))
}

fn integer(vm: &Vm, code: TypeCode, value: Value) -> PyResult<ItemBytes> {
    let index = if value.is_int() { value } else { vm.index(value)? };
    let number = int::to_i64(index);
    let (low, high, bits) = match code {
        TypeCode::I8 => (i64::from(i8::MIN), i64::from(i8::MAX), number),
        TypeCode::U8 => (0, i64::from(u8::MAX), number),
        TypeCode::I16 => (i64::from(i16::MIN), i64::from(i16::MAX), number),
        TypeCode::U16 => (0, i64::from(u16::MAX), number),
        TypeCode::I32 => (i64::from(i32::MIN), i64::from(i32::MAX), number),
        TypeCode::U32 => (0, i64::from(u32::MAX), number),
        TypeCode::ULong | TypeCode::U64 => {
            let word = int::to_big(index).and_then(|big| u64::try_from(&big).ok());
            return word.map(u64::to_le_bytes).ok_or_else(|| out_of_range(vm, code, index));
        }
        _ => (i64::MIN, i64::MAX, number),
    };
    match bits.filter(|number| (low..=high).contains(number)) {
        Some(number) => Ok(number.to_le_bytes()),
        None => Err(out_of_range(vm, code, index)),
    }
}

#[cold]
fn out_of_range(vm: &Vm, code: TypeCode, value: Value) -> Raised {
    let negative = int::to_i64_clamped(value) < 0;
    let direction = if negative { "less than minimum" } else { "greater than maximum" };
    vm.overflow_error(match code {
        TypeCode::I8 => format!("signed char is {direction}"),
        TypeCode::U8 => format!("unsigned byte integer is {direction}"),
        TypeCode::I16 => format!("signed short integer is {direction}"),
        TypeCode::U16 => format!("unsigned short is {direction}"),
        TypeCode::I32 => format!("signed integer is {direction}"),
        TypeCode::U32 | TypeCode::ULong if negative => "can't convert negative value to unsigned int".to_owned(),
        TypeCode::U32 => format!("unsigned int is {direction}"),
        TypeCode::ULong => "Python int too large to convert to C unsigned long".to_owned(),
        TypeCode::U64 if negative => "can't convert negative int to unsigned".to_owned(),
        TypeCode::I64 | TypeCode::U64 => "int too big to convert".to_owned(),
        _ => "Python int too large to convert to C long".to_owned(),
    })
}

/// `array('i', [1, 2])`, with the name that the class has.
pub fn repr(vm: &Vm, array: &TypedArray, class_name: &Str) -> PyResult {
    let code = array.code.get();
    let mut text = TextBuf::new();
    text.push_str(class_name);
    text.push(&format!("('{}'", code as u8 as char));
    if !array.is_empty() {
        text.push(", ");
        if code.is_text() {
            let mut code_points = Vec::with_capacity(array.len());
            for bytes in array.data.borrow().chunks_exact(4) {
                code_points.push(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
            }
            if let Some(wrong) = code_points.iter().find(|code_point| **code_point > 0x10_ffff) {
                let text = format!("character U+{wrong:x} is not in range [U+0000; U+10ffff]");
                return Err(vm.value_error(text));
            }
            text.push_repr(vm, Str::from_slice(vm, &code_points)?.into())?;
        } else {
            text.push("[");
            let mut index = 0;
            while let Some(item) = array.get(vm, index)? {
                if index > 0 {
                    text.push(", ");
                }
                text.push_repr(vm, item)?;
                index += 1;
            }
            text.push("]");
        }
    }
    text.push(")");
    text.finish(vm)
}
