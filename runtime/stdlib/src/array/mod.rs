//! `array`: arrays of numbers of one machine type. The object is [`orochi_vm::types::typed_array`].

mod files;
mod pickle;

use orochi_macros::methods;
use orochi_vm::object::class::flags;
use orochi_vm::protocol::buffer as protocol;
use orochi_vm::types::bytearray::ByteArray;
use orochi_vm::types::bytes::{Bytes, buffer};
use orochi_vm::types::iterators::SeqIter;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::property::GetSetDef;
use orochi_vm::types::sequence;
use orochi_vm::types::slice::Slice;
use orochi_vm::types::str::Str;
use orochi_vm::types::typed_array::{TypeCode, TypedArray, pack, repr};
use orochi_vm::{ClassDef, CompareOp, Gc, Layout, NativeModule, PyResult, Value, Vm};

const LETTERS: &str = "bBuwhHiIlLqQfd";

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "array",
    doc: "Arrays of numbers of one machine type.",
    functions: pickle::FUNCTIONS,
    init: |vm, module| {
        let class = vm.add_module_class(module, &ARRAY)?;
        let abstract_class = vm.get_attr_str(vm.import("collections.abc")?, "MutableSequence")?;
        vm.call_method(abstract_class, "register", &[class.into()])?;
        let dict = module.dict();
        dict.set_str(vm, vm.intern("ArrayType"), class.into())?;
        dict.set_str(vm, vm.intern("typecodes"), vm.new_str(LETTERS)?)
    },
};

static ARRAY: ClassDef = ClassDef {
    flags: flags::BASE | flags::WEAKREF | flags::SEQUENCE,
    methods: &[METHODS, PROTOCOL, files::METHODS, pickle::METHODS],
    getset: GETSET,
    ..ClassDef::new(
        "array.array",
        "Numbers of one machine type.\n\nThe type code says which: b B h H i I l L q Q for integers, f d for floats, u w for \
         characters.",
        Layout::TypedArray,
    )
};

static ITERATOR: ClassDef =
    ClassDef { methods: &[ITERATOR_METHODS], ..ClassDef::new("array.arrayiterator", "", Layout::SeqIter) };

static GETSET: &[GetSetDef] = &[
    GetSetDef::readonly("itemsize", "Bytes of an item.", |vm, array| {
        vm.new_int(array.expect::<TypedArray>().code.get().size() as i64)
    }),
    GetSetDef::readonly("typecode", "The letter of the machine type.", |vm, array| {
        Ok(vm.latin1_char(array.expect::<TypedArray>().code.get() as u8).into())
    }),
];

fn this(args: &[Value]) -> Gc<TypedArray> {
    args[0].expect()
}

/// A plain array of the same type with these bytes.
fn same_type(vm: &Vm, array: &TypedArray, data: Vec<u8>) -> PyResult {
    TypedArray::new(vm, vm.module_class(&ARRAY)?, array.code.get(), data).map(Value::from)
}

fn push(vm: &Vm, array: &TypedArray, value: Value) -> PyResult<()> {
    let code = array.code.get();
    let bytes = pack(vm, code, value)?;
    array.check_resizable(vm)?;
    array.data.borrow_mut().extend_from_slice(&bytes[..code.size()]);
    Ok(())
}

/// What `extend` and `+=` do with an array; false for other values.
fn extend_by_array(vm: &Vm, array: &TypedArray, other: Value) -> PyResult<bool> {
    let Some(other) = other.cast::<TypedArray>() else { return Ok(false) };
    if other.code.get() != array.code.get() {
        return Err(vm.type_error("can only extend with array of same kind"));
    }
    let bytes = other.data.borrow().clone();
    if !bytes.is_empty() {
        array.check_resizable(vm)?;
    }
    array.data.borrow_mut().extend_from_slice(&bytes);
    Ok(true)
}

/// The bytes of a bytes-like object.
fn bytes_of(vm: &Vm, value: Value) -> PyResult<Vec<u8>> {
    buffer::required(vm, value).map(buffer::Buffer::into_vec)
}

fn extend_by_bytes(vm: &Vm, array: &TypedArray, bytes: &[u8]) -> PyResult<()> {
    if !bytes.len().is_multiple_of(array.code.get().size()) {
        return Err(vm.value_error("bytes length not a multiple of item size"));
    }
    if !bytes.is_empty() {
        array.check_resizable(vm)?;
    }
    array.data.borrow_mut().extend_from_slice(bytes);
    Ok(())
}

fn extend_by_text(vm: &Vm, array: &TypedArray, text: &Str) -> PyResult<()> {
    if !text.is_empty() {
        array.check_resizable(vm)?;
    }
    let mut data = array.data.borrow_mut();
    text.text().iter().for_each(|code_point| data.extend_from_slice(&code_point.to_le_bytes()));
    Ok(())
}

fn item(vm: &Vm, array: &TypedArray, index: usize) -> Option<Value> {
    // Only characters and integers beyond 62 bits are allocated; an error while reading one ends the search.
    array.get(vm, index).ok().flatten()
}

/// A place in the array. TypeError when the key is no integer.
fn place(vm: &Vm, array: &TypedArray, key: Value) -> PyResult<Option<usize>> {
    if vm.try_index(key)?.is_none() {
        return Err(vm.type_error("array indices must be integers"));
    }
    vm.sequence_place(key, array.len(), "array")
}

fn remove_at(array: &TypedArray, place: usize) {
    let size = array.code.get().size();
    let mut data = array.data.borrow_mut();
    if (place + 1) * size <= data.len() {
        data.drain(place * size..(place + 1) * size);
    }
}

#[methods(METHODS)]
impl Methods {
    /// Add an item at the end.
    #[method("append($self, v, /)")]
    fn append(vm: &Vm, args: &[Value]) -> PyResult {
        push(vm, &this(args), args[1])?;
        Ok(vm.none())
    }

    /// Return the address and the number of the items.
    #[method("buffer_info($self, /)")]
    fn buffer_info(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        let address = array.data.borrow().as_ptr() as usize as i64;
        vm.new_tuple(&[vm.new_int(address)?, vm.new_int(array.len() as i64)?])
    }

    /// Turn the order of the bytes of each item around.
    #[method("byteswap($self, /)")]
    fn byteswap(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        let size = array.code.get().size();
        array.data.borrow_mut().chunks_exact_mut(size).for_each(<[u8]>::reverse);
        Ok(vm.none())
    }

    /// Remove all items from the array.
    #[method("clear($self, /)")]
    fn clear(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        array.check_resizable(vm)?;
        array.data.borrow_mut().clear();
        Ok(vm.none())
    }

    /// Return how many items are equal to the value.
    #[method("count($self, v, /)")]
    fn count(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        sequence::count(vm, args[1], |index| item(vm, &array, index))
    }

    /// Add the items of an iterable, or of an array of the same type.
    #[method("extend($self, bb, /)")]
    fn extend(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        if !extend_by_array(vm, &array, args[1])? {
            vm.for_each(args[1], |item| push(vm, &array, item))?;
        }
        Ok(vm.none())
    }

    /// Add items from their bytes.
    #[method("frombytes($self, buffer, /)")]
    fn frombytes(vm: &Vm, args: &[Value]) -> PyResult {
        let bytes = bytes_of(vm, args[1])?;
        extend_by_bytes(vm, &this(args), &bytes)?;
        Ok(vm.none())
    }

    /// Add the items of a list.
    #[method("fromlist($self, list, /)")]
    fn fromlist(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        if args[1].cast::<List>().is_none() {
            return Err(vm.type_error("arg must be list"));
        }
        let before = array.data.borrow().len();
        let result = vm.for_each(args[1], |item| push(vm, &array, item));
        if result.is_err() {
            array.data.borrow_mut().truncate(before);
        }
        result.map(|()| vm.none())
    }

    /// Add the characters of a string.
    #[method("fromunicode($self, ustr, /)")]
    fn fromunicode(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        let Some(text) = args[1].cast::<Str>() else {
            let name = vm.type_name(args[1]);
            return Err(vm.type_error(format!("fromunicode() argument must be str, not {name}")));
        };
        if !array.code.get().is_text() {
            return Err(vm.value_error("fromunicode() may only be called on unicode type arrays ('u' or 'w')"));
        }
        extend_by_text(vm, &array, &text)?;
        Ok(vm.none())
    }

    /// Return the first place whose item is equal to the value.
    #[method("index($self, v, start=0, stop=sys.maxsize, /)")]
    fn index(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        let start = sequence::search_bound(vm, args[2], 0, array.len())?;
        let stop = sequence::search_bound(vm, args[3], i64::MAX, array.len())?;
        match sequence::find(vm, args[1], start, stop, |index| item(vm, &array, index))? {
            Some(index) => vm.new_int(index as i64),
            None => Err(vm.value_error("array.index(x): x not in array")),
        }
    }

    /// Put an item before the one at the index.
    #[method("insert($self, i, v, /)")]
    fn insert(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        let index = vm.index_i64(args[1])?;
        let code = array.code.get();
        let bytes = pack(vm, code, args[2])?;
        let len = array.len() as i64;
        let place = if index < 0 { index.saturating_add(len).max(0) } else { index.min(len) } as usize * code.size();
        array.check_resizable(vm)?;
        array.data.borrow_mut().splice(place..place, bytes[..code.size()].iter().copied());
        Ok(vm.none())
    }

    /// Remove the item at the index and return it; the last one by default.
    #[method("pop($self, i=-1, /)")]
    fn pop(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        let index = args[1].bound().map_or(Ok(-1), |index| vm.index_i64(index))?;
        let len = array.len() as i64;
        if len == 0 {
            return Err(vm.index_error("pop from empty array"));
        }
        let place = if index < 0 { index.saturating_add(len) } else { index };
        if place < 0 || place >= len {
            return Err(vm.index_error("pop index out of range"));
        }
        let value = array.get(vm, place as usize)?.unwrap_or(vm.none());
        array.check_resizable(vm)?;
        remove_at(&array, place as usize);
        Ok(value)
    }

    /// Remove the first item that is equal to the value.
    #[method("remove($self, v, /)")]
    fn remove(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        match sequence::find(vm, args[1], 0, usize::MAX, |index| item(vm, &array, index))? {
            Some(place) => {
                array.check_resizable(vm)?;
                remove_at(&array, place);
                Ok(vm.none())
            }
            None => Err(vm.value_error("array.remove(x): x not in array")),
        }
    }

    /// Turn the order of the items around.
    #[method("reverse($self, /)")]
    fn reverse(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        let size = array.code.get().size();
        let mut data = array.data.borrow_mut();
        // All bytes around, then those of each item back.
        data.reverse();
        data.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        Ok(vm.none())
    }

    /// Return the bytes of the items.
    #[method("tobytes($self, /)")]
    fn tobytes(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_bytes(&this(args).data.borrow())
    }

    /// Return a list of the items.
    #[method("tolist($self, /)")]
    fn tolist(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        let list = List::with_capacity(vm, array.len())?;
        let mut index = 0;
        while let Some(item) = array.get(vm, index)? {
            list.push(vm, item)?;
            index += 1;
        }
        Ok(list.into())
    }

    /// Return the string of the characters.
    #[method("tounicode($self, /)")]
    fn tounicode(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        if !array.code.get().is_text() {
            return Err(vm.value_error("tounicode() may only be called on unicode type arrays ('u' or 'w')"));
        }
        let data = array.data.borrow();
        let code_points: Vec<u32> = data.as_chunks().0.iter().map(|unit| u32::from_le_bytes(*unit)).collect();
        if let Some(wrong) = code_points.iter().find(|code_point| **code_point > 0x10_ffff) {
            let text = format!("character U+{wrong:x} is not in range [U+0000; U+10ffff]");
            return Err(vm.value_error(text));
        }
        Str::from_slice(vm, &code_points).map(Value::from)
    }
}

fn compare(vm: &Vm, args: &[Value], op: CompareOp) -> PyResult {
    let (a, Some(b)) = (this(args), args[1].cast::<TypedArray>()) else { return Ok(vm.not_implemented()) };
    vm.compare_sequences(op, |index| item(vm, &a, index), |index| item(vm, &b, index))
}

fn repeated(vm: &Vm, args: &[Value]) -> PyResult<Vec<u8>> {
    let count = sequence::repeat_count(vm, args[1])?;
    let array = this(args);
    let data = array.data.borrow();
    match data.len().checked_mul(count).filter(|size| *size < isize::MAX as usize) {
        // One byte over and over is a single fill of memory.
        Some(size) if Vec::<u8>::new().try_reserve_exact(size).is_err() => Err(vm.memory_error()),
        Some(size) if data.iter().all(|byte| *byte == 0) => Ok(vec![0; size]),
        Some(_) => Ok(data.repeat(count)),
        None => Err(vm.memory_error()),
    }
}

fn set_slice(vm: &Vm, array: &TypedArray, slice: &Slice, value: Value) -> PyResult<()> {
    let Some(other) = value.cast::<TypedArray>() else {
        let name = vm.type_name(value);
        return Err(vm.type_error(format!("can only assign array (not \"{name}\") to array slice")));
    };
    if other.code.get() != array.code.get() {
        return Err(vm.type_error("bad argument type for built-in operation"));
    }
    let bytes = other.data.borrow().clone();
    let size = array.code.get().size();
    let range = vm.slice_range(slice, array.len())?;
    if range.step == 1 && bytes.len() != range.count * size {
        array.check_resizable(vm)?;
    }
    let mut data = array.data.borrow_mut();
    if range.step == 1 {
        let start = range.start as usize * size;
        let end = start.max(range.stop.max(0) as usize * size);
        data.splice(start..end, bytes);
        return Ok(());
    }
    if bytes.len() / size != range.count {
        return Err(vm.value_error(format!(
            "attempt to assign array of size {} to extended slice of size {}",
            bytes.len() / size,
            range.count
        )));
    }
    for (place, item) in range.places().zip(bytes.chunks_exact(size)) {
        data[place * size..(place + 1) * size].copy_from_slice(item);
    }
    Ok(())
}

fn delete_slice(vm: &Vm, array: &TypedArray, slice: &Slice) -> PyResult<()> {
    let size = array.code.get().size();
    let range = vm.slice_range(slice, array.len())?;
    if range.count > 0 {
        array.check_resizable(vm)?;
    }
    let mut places: Vec<usize> = range.places().collect();
    places.sort_unstable();
    let mut data = array.data.borrow_mut();
    let kept: Vec<u8> = data
        .chunks_exact(size)
        .enumerate()
        .filter(|(place, _)| places.binary_search(place).is_err())
        .flat_map(|(_, item)| item.iter().copied())
        .collect();
    *data = kept;
    Ok(())
}

#[methods(PROTOCOL)]
impl Protocol {
    /// Return the memory as asked for by the flags.
    #[method("__buffer__($self, flags, /)")]
    fn buffer_(vm: &Vm, args: &[Value]) -> PyResult {
        protocol::buffer_method(vm, args)
    }

    /// Release the memory that a view shows.
    #[method("__release_buffer__($self, buffer, /)")]
    fn release_buffer(vm: &Vm, args: &[Value]) -> PyResult {
        protocol::release_method(vm, args)
    }

    /// Return self+value.
    #[method("__add__($self, value, /)")]
    fn add(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        let Some(other) = args[1].cast::<TypedArray>() else {
            let name = vm.type_name(args[1]);
            return Err(vm.type_error(format!("can only append array (not \"{name}\") to array")));
        };
        if other.code.get() != array.code.get() {
            return Err(vm.type_error("bad argument type for built-in operation"));
        }
        let mut data = array.data.borrow().clone();
        data.extend_from_slice(&other.data.borrow());
        same_type(vm, &array, data)
    }

    /// See PEP 585.
    #[method("__class_getitem__($type, object, /)")]
    fn class_getitem(vm: &Vm, args: &[Value]) -> PyResult {
        orochi_vm::types::generic_alias::new(vm, args[0], args[1])
    }

    /// Return bool(key in self).
    #[method("__contains__($self, key, /)")]
    fn contains(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        let found = sequence::find(vm, args[1], 0, usize::MAX, |index| item(vm, &array, index))?;
        Ok(vm.bool(found.is_some()))
    }

    /// Return an array with the same items.
    #[method("__copy__($self, /)")]
    fn copy(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        let data = array.data.borrow().clone();
        same_type(vm, &array, data)
    }

    /// Return an array with the same items.
    #[method("__deepcopy__($self, memo, /)")]
    fn deepcopy(vm: &Vm, args: &[Value]) -> PyResult {
        copy(vm, args)
    }

    /// Delete self[key].
    #[method("__delitem__($self, key, /)")]
    fn delitem(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        if let Some(slice) = args[1].cast::<Slice>() {
            delete_slice(vm, &array, &slice)?;
            return Ok(vm.none());
        }
        match place(vm, &array, args[1])? {
            Some(place) => {
                array.check_resizable(vm)?;
                remove_at(&array, place);
            }
            None => return Err(vm.index_error("array assignment index out of range")),
        }
        Ok(vm.none())
    }

    /// Return self==value.
    #[method("__eq__($self, value, /)")]
    fn eq(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Eq)
    }

    /// Return self>=value.
    #[method("__ge__($self, value, /)")]
    fn ge(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ge)
    }

    /// Return self[key].
    #[method("__getitem__($self, key, /)")]
    fn getitem(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        if let Some(index) = args[1].as_int().filter(|index| *index >= 0)
            && let Some(item) = array.get(vm, index as usize)?
        {
            return Ok(item);
        }
        if let Some(slice) = args[1].cast::<Slice>() {
            let range = vm.slice_range(&slice, array.len())?;
            let size = array.code.get().size();
            let data = array.data.borrow();
            let part: Vec<u8> = if range.step == 1 {
                data[range.start as usize * size..][..range.count * size].to_vec()
            } else {
                range.places().flat_map(|place| data[place * size..][..size].iter().copied()).collect()
            };
            return same_type(vm, &array, part);
        }
        let found = match place(vm, &array, args[1])? {
            Some(place) => array.get(vm, place)?,
            None => None,
        };
        found.ok_or_else(|| vm.index_error("array index out of range"))
    }

    /// Return self>value.
    #[method("__gt__($self, value, /)")]
    fn gt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Gt)
    }

    /// Implement self+=value.
    #[method("__iadd__($self, value, /)")]
    fn iadd(vm: &Vm, args: &[Value]) -> PyResult {
        if !extend_by_array(vm, &this(args), args[1])? {
            let name = vm.type_name(args[1]);
            return Err(vm.type_error(format!("can only extend array with array (not \"{name}\")")));
        }
        Ok(args[0])
    }

    /// Implement self*=value.
    #[method("__imul__($self, value, /)")]
    fn imul(vm: &Vm, args: &[Value]) -> PyResult {
        let data = repeated(vm, args)?;
        if data.len() != this(args).data.borrow().len() {
            this(args).check_resizable(vm)?;
        }
        *this(args).data.borrow_mut() = data;
        Ok(args[0])
    }

    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iter(vm: &Vm, args: &[Value]) -> PyResult {
        SeqIter::new(vm, vm.module_class(&ITERATOR)?, args[0], 0)
    }

    /// Return self<=value.
    #[method("__le__($self, value, /)")]
    fn le(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Le)
    }

    /// Return len(self).
    #[method("__len__($self, /)")]
    fn len(vm: &Vm, args: &[Value]) -> PyResult {
        vm.new_int(this(args).len() as i64)
    }

    /// Return self<value.
    #[method("__lt__($self, value, /)")]
    fn lt(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Lt)
    }

    /// Return self*value.
    #[method("__mul__($self, value, /)")]
    fn mul(vm: &Vm, args: &[Value]) -> PyResult {
        let data = repeated(vm, args)?;
        same_type(vm, &this(args), data)
    }

    /// Return self!=value.
    #[method("__ne__($self, value, /)")]
    fn ne(vm: &Vm, args: &[Value]) -> PyResult {
        compare(vm, args, CompareOp::Ne)
    }

    /// Create and return a new object.
    #[method("static __new__(type, typecode, initializer=<unrepresentable>, /)")]
    fn new(vm: &Vm, args: &[Value]) -> PyResult {
        let letter = args[1].cast::<Str>().filter(|text| text.len() == 1);
        let Some(letter) = letter else {
            let name = match args[1].cast::<Str>() {
                Some(text) => format!("a string of length {}", text.len()),
                None => vm.type_name(args[1]),
            };
            return Err(vm.type_error(format!("array() argument 1 must be a unicode character, not {name}")));
        };
        let Some(code) = TypeCode::from_letter(letter.text().at(0)) else {
            return Err(vm.value_error("bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"));
        };
        if code == TypeCode::Wide {
            let text = "The 'u' type code is deprecated and will be removed in Python 3.16";
            vm.warn(vm.types().deprecation_warning, text, 1)?;
        }
        let array = TypedArray::new(vm, args[0].expect(), code, Vec::new())?;
        let Some(initial) = args[2].bound() else { return Ok(array.into()) };
        if let Some(text) = initial.cast::<Str>() {
            if !code.is_text() {
                return Err(vm.type_error(format!(
                    "cannot use a str to initialize an array with typecode '{}'",
                    code as u8 as char
                )));
            }
            extend_by_text(vm, &array, &text)?;
        } else if !code.is_text() && initial.cast::<TypedArray>().is_some_and(|array| array.code.get().is_text()) {
            let letter = code as u8 as char;
            let text = format!("cannot use a unicode array to initialize an array with typecode '{letter}'");
            return Err(vm.type_error(text));
        } else if initial.cast::<Bytes>().is_some() || initial.cast::<ByteArray>().is_some() {
            let bytes = bytes_of(vm, initial)?;
            extend_by_bytes(vm, &array, &bytes)?;
        } else {
            vm.for_each(initial, |item| push(vm, &array, item))?;
        }
        Ok(array.into())
    }

    /// Return repr(self).
    #[method("__repr__($self, /)")]
    fn repr_(vm: &Vm, args: &[Value]) -> PyResult {
        repr(vm, &this(args), &vm.class_of(args[0]).name.get())
    }

    /// Return value*self.
    #[method("__rmul__($self, value, /)")]
    fn rmul(vm: &Vm, args: &[Value]) -> PyResult {
        mul(vm, args)
    }

    /// Set self[key] to value.
    #[method("__setitem__($self, key, value, /)")]
    fn setitem(vm: &Vm, args: &[Value]) -> PyResult {
        let array = this(args);
        if let Some(index) = args[1].as_int().filter(|index| *index >= 0)
            && array.set(vm, index as usize, args[2])?
        {
            return Ok(vm.none());
        }
        if let Some(slice) = args[1].cast::<Slice>() {
            set_slice(vm, &array, &slice, args[2])?;
            return Ok(vm.none());
        }
        let Some(place) = place(vm, &array, args[1])? else {
            return Err(vm.index_error("array assignment index out of range"));
        };
        if array.set(vm, place, args[2])? {
            Ok(vm.none())
        } else {
            Err(vm.index_error("array assignment index out of range"))
        }
    }
}

#[methods(ITERATOR_METHODS)]
impl IteratorMethods {
    /// Implement iter(self).
    #[method("__iter__($self, /)")]
    fn iterator_iter(_: &Vm, args: &[Value]) -> PyResult {
        Ok(args[0])
    }

    /// Return state information for pickling.
    #[method("__reduce__($self, /)")]
    fn iterator_reduce(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = args[0].expect::<SeqIter>();
        let function = vm.get_attr_str(vm.import("builtins")?, "iter")?;
        match iter.sequence.get().bound() {
            Some(array) => {
                let arguments = vm.new_tuple(&[array])?;
                vm.new_tuple(&[function, arguments, vm.new_int(iter.index.get() as i64)?])
            }
            None => {
                let arguments = vm.new_tuple(&[vm.empty_tuple().into()])?;
                vm.new_tuple(&[function, arguments])
            }
        }
    }

    /// Set state information for unpickling.
    #[method("__setstate__($self, state, /)")]
    fn iterator_setstate(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = args[0].expect::<SeqIter>();
        let index = vm.index_i64(args[1])?.max(0) as usize;
        if let Some(array) = iter.sequence.get().cast::<TypedArray>() {
            iter.index.set(index.min(array.len()));
        }
        Ok(vm.none())
    }

    /// Implement next(self).
    #[method("__next__($self, /)")]
    fn iterator_next(vm: &Vm, args: &[Value]) -> PyResult {
        let iter = args[0].expect::<SeqIter>();
        let Some(array) = iter.sequence.get().cast::<TypedArray>() else { return Ok(Value::UNBOUND) };
        let item = array.get(vm, iter.index.get())?;
        match item {
            Some(_) => iter.index.set(iter.index.get() + 1),
            None => iter.sequence.set(Value::UNBOUND),
        }
        Ok(item.unwrap_or(Value::UNBOUND))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use orochi_vm::types::typed_array::unpack;

    #[test]
    fn items_keep_their_bits() {
        let vm = Vm::new(orochi_vm::Config::default()).expect("starts");
        vm.heap.with_stack(|| {
            for (code, value) in [(TypeCode::I8, -5), (TypeCode::U16, 65535), (TypeCode::I64, -1 << 40)] {
                let bytes = pack(&vm, code, Value::small(value)).expect("fits");
                assert_eq!(unpack(&vm, code, bytes).expect("unpacks"), Value::small(value));
            }
            assert!(pack(&vm, TypeCode::U8, Value::small(256)).is_err());
        });
    }
}
