//! Frames of all threads: what `sys._current_frames` shows, and what is asked about a frame of any thread.

use crate::error::PyResult;
use crate::interp::frame::Frame;
use crate::interp::observe::PerThread;
use crate::types::dict::Dict;
use crate::types::frame::Frame as FrameObject;
use crate::value::Value;
use crate::vm::Vm;

impl super::Threads {
    /// A frame of a thread that does not run.
    pub(crate) fn find_parked_frame(&self, is_it: impl Fn(*mut Frame) -> bool) -> Option<*mut Frame> {
        let threads = self.all.borrow();
        threads
            .iter()
            .filter_map(|thread| thread.parked())
            .flat_map(|parked| parked.frames())
            .find(|frame| is_it(*frame))
    }

    /// The frames of each thread that does not run, the innermost first.
    pub(crate) fn parked_frames(&self) -> Vec<Vec<*mut Frame>> {
        let threads = self.all.borrow();
        threads.iter().filter_map(|thread| thread.parked()).map(|parked| parked.frames().collect()).collect()
    }

    /// Calls `f` with the observers of each thread that does not run.
    pub(crate) fn for_each_parked_observers(&self, f: impl Fn(&PerThread)) {
        self.all.borrow().iter().filter_map(|thread| thread.parked_observers()).for_each(f);
    }

    fn first_parked_frame_beside(&self, frame: *mut Frame) -> Option<*mut Frame> {
        let (all, lost) = (self.all.borrow(), self.lost.borrow());
        all.iter().chain(lost.iter()).filter_map(|thread| thread.parked()).find_map(|it| it.first_frame_beside(frame))
    }

    /// The ident of each thread with its innermost frame, if it has one, and the exception that it handles.
    // untraced: the exceptions are in the threads as well
    fn innermost(&self, vm: &Vm) -> Vec<(u64, Option<*mut Frame>, Value)> {
        let describe = |thread: &std::rc::Rc<super::thread::Thread>| match thread.parked() {
            Some(parked) => (thread.ident.get(), parked.frames().next(), thread.parked_handled()),
            None => (thread.ident.get(), vm.stack.frames().next(), vm.handled.get()),
        };
        self.all.borrow().iter().map(describe).collect()
    }
}

impl Vm {
    /// The frame that called an active one of any thread.
    #[must_use]
    pub(crate) fn frame_below(&self, frame: *mut Frame) -> Option<*mut Frame> {
        let first = self.stack.first_frame_beside(frame);
        let first = first.or_else(|| self.threads.first_parked_frame_beside(frame))?;
        let below = frame.wrapping_sub(1);
        (below >= first).then_some(below)
    }

    /// `sys._current_frames()`: a dict of the innermost frames by the idents of their threads.
    pub(crate) fn current_frames(&self) -> PyResult {
        let dict = Dict::new(self)?;
        for (ident, frame, _) in self.threads.innermost(self) {
            if let Some(frame) = frame {
                dict.set(self, self.new_int(ident as i64)?, FrameObject::of(self, frame)?.into())?;
            }
        }
        Ok(dict.into())
    }

    /// `sys._current_exceptions()`: a dict of the exceptions that threads handle by their idents.
    pub(crate) fn current_exceptions(&self) -> PyResult {
        let dict = Dict::new(self)?;
        for (ident, _, handled) in self.threads.innermost(self) {
            dict.set(self, self.new_int(ident as i64)?, handled.bound().unwrap_or(self.none()))?;
        }
        Ok(dict.into())
    }
}
