//! Searching: where a match may begin, and trying there.

use memchr::memchr;
use orochi_vm::{PyResult, Vm};

use super::engine::{Request, State, Unicode, match_at};
use super::program::{Prefix, Start};

/// Looks for a match from the request's start on. On success the state says where.
pub fn search<C: Unicode>(vm: &Vm, state: &mut State, request: Request<'_, C>) -> PyResult<bool> {
    let (text, from) = (request.text, request.start);
    let Some(last) = text.len().checked_sub(request.program.min_width).filter(|last| from <= *last) else {
        return Ok(false);
    };
    match &request.program.start {
        Start::Beginning => {
            if from > 0 {
                return Ok(false);
            }
            match_at(vm, state, request, 0)
        }
        Start::Anywhere => try_each(vm, state, request, (from, last), Some),
        Start::Line => try_each(vm, state, request, (from, last), |at| line_start(text, at)),
        Start::First(first) => try_each(vm, state, request, (from, last), |at| {
            let place = text[at..].iter().position(|c| first.may_contain(c.code()))?;
            Some(at + place)
        }),
        Start::Prefix(prefix) => {
            if prefix.complete {
                return Ok(find_literal(state, &request, prefix));
            }
            try_each(vm, state, request, (from, last), |at| next_prefix(text, at, prefix))
        }
    }
}

/// Tries at all places up to the last that `next` finds, each from the one before on.
#[inline(always)]
fn try_each<C: Unicode>(
    vm: &Vm,
    state: &mut State,
    request: Request<'_, C>,
    (from, last): (usize, usize),
    next: impl Fn(usize) -> Option<usize>,
) -> PyResult<bool> {
    let mut at = from;
    while at <= last {
        match next(at) {
            Some(place) if place <= last => at = place,
            _ => return Ok(false),
        }
        if match_at(vm, state, request, at)? {
            return Ok(true);
        }
        at += 1;
    }
    Ok(false)
}

/// The next place from `at` on that begins a line.
fn line_start<C: Unicode>(text: &[C], at: usize) -> Option<usize> {
    if at == 0 || text[at - 1].code() == 0x0a {
        return Some(at);
    }
    C::find(&text[at..], 0x0a).map(|place| at + place + 1)
}

/// The next place of the literals.
fn next_prefix<C: Unicode>(text: &[C], at: usize, prefix: &Prefix) -> Option<usize> {
    if let Some(bytes) = C::bytes(text) {
        let rest = &bytes[at..];
        let place = match *prefix.literals {
            [literal] => memchr(u8::try_from(literal).ok()?, rest),
            _ => prefix.finder.as_ref()?.find(rest),
        };
        return place.map(|place| at + place);
    }
    let literals = &*prefix.literals;
    let mut at = at;
    loop {
        at += C::find(&text[at..], literals[0])?;
        let here = text.get(at..at + literals.len())?;
        if here.iter().zip(literals).all(|(c, literal)| c.code() == *literal) {
            return Some(at);
        }
        at += 1;
    }
}

/// A pattern that is nothing but literals.
fn find_literal<C: Unicode>(state: &mut State, request: &Request<'_, C>, prefix: &Prefix) -> bool {
    let Some(start) = next_prefix(request.text, request.start, prefix) else { return false };
    state.start = start;
    state.end = start + prefix.literals.len();
    true
}
