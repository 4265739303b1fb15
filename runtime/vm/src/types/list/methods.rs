//! Methods of `list`.

use orochi_gc::Gc;
use orochi_macros::methods;

use crate::error::PyResult;
use crate::object::class::{ClassDef, flags};
use crate::object::layout::Layout;
use crate::types::list::List;
use crate::types::native::NativeDef;
use crate::types::sequence;
use crate::value::Value;
use crate::vm::Vm;

/// `list`.
pub static CLASS: ClassDef = ClassDef {
    flags: flags::BASE | flags::SEQUENCE | flags::MATCH_SELF,
    methods: &[METHODS, super::protocol::METHODS],
    ..ClassDef::new(
        "list",
        "A mutable sequence of items.\n\nWithout an argument it is empty; otherwise it has the items of the iterable.",
        Layout::List,
    )
};

#[inline(always)]
pub(super) fn this(args: &[Value]) -> Gc<List> {
    args[0].expect()
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Add an item at the end.
    #[method("append($self, object, /)")]
    fn append(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).push(vm, args[1])?;
        Ok(vm.none())
    }

    /// Remove all items.
    #[method("clear($self, /)")]
    fn clear(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).clear(vm);
        Ok(vm.none())
    }

    /// Return a list with the same items.
    #[method("copy($self, /)")]
    fn copy(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).copy_range(vm, 0, usize::MAX).map(Value::from)
    }

    /// Return how many items are equal to the value.
    #[method("count($self, value, /)")]
    fn count(vm: &Vm, args: &[Value]) -> PyResult {
        let list = this(args);
        sequence::count(vm, args[1], |index| list.get(index))
    }

    /// Add the items of an iterable at the end.
    #[method("extend($self, iterable, /)")]
    fn extend(vm: &Vm, args: &[Value]) -> PyResult {
        vm.list_extend(this(args), args[1])?;
        Ok(vm.none())
    }

    /// Return the first place whose item is equal to the value.
    ///
    /// Raises ValueError if there is none.
    #[method("index($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(vm: &Vm, args: &[Value]) -> PyResult {
        let list = this(args);
        let start = sequence::search_bound(vm, args[2], 0, list.len())?;
        let stop = sequence::search_bound(vm, args[3], i64::MAX, list.len())?;
        match sequence::find(vm, args[1], start, stop, |index| list.get(index))? {
            Some(index) => vm.new_int(index as i64),
            None => Err(vm.value_error("list.index(x): x not in list")),
        }
    }

    /// Put an item before the one at the index.
    #[method("insert($self, index, object, /)")]
    fn insert(vm: &Vm, args: &[Value]) -> PyResult {
        let list = this(args);
        let index = vm.index_i64(args[1])?;
        let len = list.len() as i64;
        let place = if index < 0 { (index.saturating_add(len)).max(0) } else { index.min(len) } as usize;
        list.splice(vm, place, place, &[args[2]])?;
        Ok(vm.none())
    }

    /// Remove the item at the index and return it; the last one by default.
    ///
    /// Raises IndexError if the list is empty or the index is out of range.
    #[method("pop($self, index=-1, /)")]
    fn pop(vm: &Vm, args: &[Value]) -> PyResult {
        let list = this(args);
        let index = match args[1].bound() {
            None => -1,
            Some(index) => vm.index_i64(index)?,
        };
        let len = list.len() as i64;
        if len == 0 {
            return Err(vm.index_error("pop from empty list"));
        }
        let place = if index < 0 { index.saturating_add(len) } else { index };
        if place == len - 1 {
            return Ok(list.pop().unwrap_or_default());
        }
        if place < 0 || place >= len {
            return Err(vm.index_error("pop index out of range"));
        }
        let value = list.get(place as usize).unwrap_or_default();
        list.splice(vm, place as usize, place as usize + 1, &[])?;
        Ok(value)
    }

    /// Remove the first item that is equal to the value.
    ///
    /// Raises ValueError if there is none.
    #[method("remove($self, value, /)")]
    fn remove(vm: &Vm, args: &[Value]) -> PyResult {
        let list = this(args);
        match sequence::find(vm, args[1], 0, usize::MAX, |index| list.get(index))? {
            Some(index) => {
                list.splice(vm, index, index + 1, &[])?;
                Ok(vm.none())
            }
            None => Err(vm.value_error("list.remove(x): x not in list")),
        }
    }

    /// Turn the order of the items around, in place.
    #[method("reverse($self, /)")]
    fn reverse(vm: &Vm, args: &[Value]) -> PyResult {
        this(args).reverse(vm);
        Ok(vm.none())
    }

    /// Sort the items in ascending order, in place.
    ///
    /// Equal items keep their order. With a key function items are compared by what it returns for them; with reverse the
    /// order is descending.
    #[method("sort($self, /, *, key=None, reverse=False)")]
    fn sort(vm: &Vm, args: &[Value]) -> PyResult {
        let key = args[1].bound().filter(|key| *key != vm.none());
        let reverse = match args[2].bound() {
            Some(reverse) => vm.is_true(reverse)?,
            None => false,
        };
        this(args).sort(vm, key, reverse)?;
        Ok(vm.none())
    }
}
