//! `-X importtime`: how long each import takes, as CPython tells it on standard error.

use core::cell::Cell;
use std::time::Instant;

use crate::error::PyResult;
use crate::value::Value;
use crate::vm::Vm;

/// What is known of the imports that are under way.
#[derive(Default)]
pub struct Times {
    /// 1: tell of modules that are found and loaded; 2: also of those that were there already.
    pub wanted: Cell<u8>,
    /// Whether the line above the table has been written.
    begun: Cell<bool>,
    /// How many imports are under way inside each other.
    depth: Cell<usize>,
    /// Nanoseconds of the imports that ended inside the one that is under way.
    inner: Cell<u128>,
}

impl Vm {
    /// Runs the import of a module, and tells how long it took.
    pub(super) fn timed_import(&self, name: &str, import: impl FnOnce() -> PyResult<Value>) -> PyResult {
        let times = &self.state.import_times;
        self.begin_import_times();
        let outer = times.inner.replace(0);
        times.depth.set(times.depth.get() + 1);
        let start = Instant::now();
        let result = import();
        let all = start.elapsed().as_nanos();
        times.depth.set(times.depth.get() - 1);
        let own = all.saturating_sub(times.inner.replace(outer + all));
        let (own, all, indent) = (own.div_ceil(1000), all.div_ceil(1000), 2 * times.depth.get());
        self.write_stderr(&format!("import time: {own:9} | {all:10} | {:indent$}{name}\n", ""));
        result
    }

    /// Tells of an import that found the module there, if that is wanted.
    #[inline]
    pub(super) fn tell_cached_import(&self, name: impl FnOnce() -> String) {
        if self.state.import_times.wanted.get() > 1 {
            self.begin_import_times();
            let indent = 2 * self.state.import_times.depth.get();
            self.write_stderr(&format!("import time: cached    | cached     | {:indent$}{}\n", "", name()));
        }
    }

    fn begin_import_times(&self) {
        if !self.state.import_times.begun.replace(true) {
            self.write_stderr("import time: self [us] | cumulative | imported package\n");
        }
    }
}
