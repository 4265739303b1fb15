//! Views of dicts and their iterators.

use crate::object::class::ClassDef;
use crate::object::layout::Layout;

/// `dict_keys`.
pub static KEYS_CLASS: ClassDef = ClassDef::new("dict_keys", "", Layout::Record);

/// `dict_values`.
pub static VALUES_CLASS: ClassDef = ClassDef::new("dict_values", "", Layout::Record);

/// `dict_items`.
pub static ITEMS_CLASS: ClassDef = ClassDef::new("dict_items", "", Layout::Record);

/// `dict_keyiterator`.
pub static KEY_ITERATOR_CLASS: ClassDef = ClassDef::new("dict_keyiterator", "", Layout::DictIter);

/// `dict_valueiterator`.
pub static VALUE_ITERATOR_CLASS: ClassDef = ClassDef::new("dict_valueiterator", "", Layout::DictIter);

/// `dict_itemiterator`.
pub static ITEM_ITERATOR_CLASS: ClassDef = ClassDef::new("dict_itemiterator", "", Layout::DictIter);

/// `dict_reversekeyiterator`.
pub static REVERSE_KEY_ITERATOR_CLASS: ClassDef = ClassDef::new("dict_reversekeyiterator", "", Layout::DictIter);

/// `dict_reversevalueiterator`.
pub static REVERSE_VALUE_ITERATOR_CLASS: ClassDef = ClassDef::new("dict_reversevalueiterator", "", Layout::DictIter);

/// `dict_reverseitemiterator`.
pub static REVERSE_ITEM_ITERATOR_CLASS: ClassDef = ClassDef::new("dict_reverseitemiterator", "", Layout::DictIter);
