//! Integers from a range, items from sequences.

use dashu_int::IBig;
use orochi_macros::methods;
use orochi_vm::types::int;
use orochi_vm::types::list::List;
use orochi_vm::types::native::NativeDef;
use orochi_vm::types::set::Set;
use orochi_vm::{BinaryOp, CompareOp, Gc, PyResult, Value, Vm};

use super::{below, index_below, next_float, number};

fn given(vm: &Vm, value: Value) -> Option<Value> {
    value.bound().filter(|value| *value != vm.none())
}

fn big(vm: &Vm, value: Value) -> PyResult<IBig> {
    let index = vm.index(value)?;
    Ok(int::to_big(index).unwrap_or_default())
}

/// A random item of `start..stop..step`.
fn from_range(vm: &Vm, generator: Value, start: IBig, stop: Option<IBig>, step: IBig) -> PyResult {
    let zero = IBig::from(0);
    let Some(stop) = stop else {
        if start <= zero {
            return Err(vm.value_error("empty range for randrange()"));
        }
        return vm.new_big_int(below(vm, generator, &start)?);
    };
    let one = IBig::from(1);
    if step == one {
        let width = stop.clone() - start.clone();
        if width <= zero {
            return Err(vm.value_error(format!("empty range in randrange({start}, {stop})")));
        }
        return vm.new_big_int(start + below(vm, generator, &width)?);
    }
    let width = stop.clone() - start.clone();
    let count = if step > zero {
        (width + step.clone() - one) / step.clone()
    } else if step < zero {
        (width + step.clone() + one) / step.clone()
    } else {
        return Err(vm.value_error("zero step for randrange()"));
    };
    if count <= zero {
        return Err(vm.value_error(format!("empty range in randrange({start}, {stop}, {step})")));
    }
    vm.new_big_int(start + step * below(vm, generator, &count)?)
}

/// Up to this many items a sample is drawn from a copy of the population, as in CPython: the drawn numbers depend on it.
fn pool_limit(k: usize) -> usize {
    if k <= 5 {
        return 21;
    }
    let exponent = ((k as f64 * 3.0).ln() / 4f64.ln()).ceil();
    (4f64.powf(exponent) as usize).saturating_add(21)
}

/// `k` different places out of `n`.
fn sample_places(vm: &Vm, generator: Value, n: usize, k: usize) -> PyResult<Vec<usize>> {
    let mut places = Vec::new();
    if places.try_reserve_exact(k).is_err() {
        return Err(vm.memory_error());
    }
    if n <= pool_limit(k) {
        let mut pool: Vec<usize> = (0..n).collect();
        for drawn in 0..k {
            let place = index_below(vm, generator, n - drawn)?;
            places.push(pool[place]);
            pool[place] = pool[n - drawn - 1];
        }
        return Ok(places);
    }
    let selected = Set::new(vm, vm.types().set, &[])?;
    for _ in 0..k {
        let mut place = index_below(vm, generator, n)?;
        while selected.contains(vm, vm.new_int(place as i64)?)? {
            place = index_below(vm, generator, n)?;
        }
        selected.add(vm, vm.new_int(place as i64)?)?;
        places.push(place);
    }
    Ok(places)
}

/// Sums of the items up to each.
fn cumulative(vm: &Vm, items: Gc<List>) -> PyResult<Gc<List>> {
    let sums = List::with_capacity(vm, items.len())?;
    for index in 0..items.len() {
        let Some(item) = items.get(index) else { break };
        let sum = match sums.len().checked_sub(1).and_then(|last| sums.get(last)) {
            Some(sum) => vm.binary(BinaryOp::Add, sum, item)?,
            None => item,
        };
        sums.push(vm, sum)?;
    }
    Ok(sums)
}

/// The first place up to `high` whose sum is greater.
fn place_in(vm: &Vm, sums: Gc<List>, value: Value, high: usize) -> PyResult<usize> {
    let (mut low, mut high) = (0, high);
    while low < high {
        let middle = low + (high - low) / 2;
        let Some(sum) = sums.get(middle) else { return Ok(low) };
        if vm.compare_bool(CompareOp::Lt, value, sum)? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

fn is_sequence(vm: &Vm, value: Value) -> bool {
    let class = vm.class_of(value);
    class.special(orochi_vm::Special::GetItem).is_bound()
        && class.special(orochi_vm::Special::Len).is_bound()
        && !vm.is_instance(value, vm.types().dict)
}

#[methods(pub(super) METHODS)]
impl Methods {
    /// Return a random item of a sequence that is not empty.
    #[method("choice($self, seq)")]
    fn choice(vm: &Vm, args: &[Value]) -> PyResult {
        let len = vm.len(args[1])?;
        if len == 0 {
            return Err(vm.index_error("Cannot choose from an empty sequence"));
        }
        let place = index_below(vm, args[0], len)?;
        vm.get_item(args[1], vm.new_int(place as i64)?)
    }

    /// Return a list of k items, any of which may come more than once, drawn by weights.
    #[method("choices($self, population, weights=None, *, cum_weights=None, k=1)")]
    fn choices(vm: &Vm, args: &[Value]) -> PyResult {
        let [generator, population, weights, cum_weights, k] = [args[0], args[1], args[2], args[3], args[4]];
        let k = if k.is_bound() { vm.index_i64(k)?.max(0) as usize } else { 1 };
        let len = vm.len(population)?;
        let result = List::with_capacity(vm, k)?;
        let sums = match (given(vm, cum_weights), given(vm, weights)) {
            (Some(_), Some(_)) => return Err(vm.type_error("Cannot specify both weights and cumulative weights")),
            (Some(sums), None) => vm.list_from(sums)?,
            (None, Some(weights)) if weights.is_int() => {
                return Err(vm.type_error(
                    "The number of choices must be a keyword argument: k=".to_owned() + &vm.display(weights),
                ));
            }
            (None, Some(weights)) => cumulative(vm, vm.list_from(weights)?)?,
            (None, None) => {
                if len == 0 && k > 0 {
                    return Err(vm.index_error("list index out of range"));
                }
                for _ in 0..k {
                    let place = (next_float(vm, generator)? * len as f64).floor();
                    result.push(vm, vm.get_item(population, vm.new_int(place as i64)?)?)?;
                }
                return Ok(result.into());
            }
        };
        if sums.len() != len {
            return Err(vm.value_error("The number of weights does not match the population"));
        }
        let total = match sums.len().checked_sub(1).and_then(|last| sums.get(last)) {
            Some(total) => number(vm, total)?,
            None => return Err(vm.index_error("list index out of range")),
        };
        if total <= 0.0 {
            return Err(vm.value_error("Total of weights must be greater than zero"));
        }
        if !total.is_finite() {
            return Err(vm.value_error("Total of weights must be finite"));
        }
        for _ in 0..k {
            let drawn = vm.new_float(next_float(vm, generator)? * total)?;
            let place = place_in(vm, sums, drawn, len - 1)?;
            result.push(vm, vm.get_item(population, vm.new_int(place as i64)?)?)?;
        }
        Ok(result.into())
    }

    /// Return a random integer from a to b, both included.
    #[method("randint($self, a, b)")]
    fn randint(vm: &Vm, args: &[Value]) -> PyResult {
        let (low, high) = (big(vm, args[1])?, big(vm, args[2])?);
        if high < low {
            return Err(vm.value_error(format!("empty range in randint({low}, {high})")));
        }
        from_range(vm, args[0], low, Some(high + IBig::from(1)), IBig::from(1))
    }

    /// Return a random item of range(start, stop, step).
    #[method("randrange($self, start, stop=None, step=1)")]
    fn randrange(vm: &Vm, args: &[Value]) -> PyResult {
        if let (Some(limit), None, true) = (args[1].as_int(), given(vm, args[2]), args[3].is_unbound())
            && limit > 0
        {
            return vm.new_int(index_below(vm, args[0], limit as usize)? as i64);
        }
        let start = big(vm, args[1])?;
        let stop = match given(vm, args[2]) {
            Some(stop) => Some(big(vm, stop)?),
            None if args[3].is_bound() && args[3] != Value::small(1) => {
                return Err(vm.type_error("Missing a non-None stop argument"));
            }
            None => None,
        };
        let step = if args[3].is_bound() { big(vm, args[3])? } else { IBig::from(1) };
        from_range(vm, args[0], start, stop, step)
    }

    /// Return a list of k different items of a sequence; `counts` says how often each may come.
    #[method("sample($self, population, k, *, counts=None)")]
    fn sample(vm: &Vm, args: &[Value]) -> PyResult {
        let [generator, population, k, counts] = [args[0], args[1], args[2], args[3]];
        if !is_sequence(vm, population) {
            return Err(vm.type_error("Population must be a sequence.  For dicts or sets, use sorted(d)."));
        }
        let n = vm.len(population)?;
        let (sums, n) = match given(vm, counts) {
            None => (None, n),
            Some(counts) => {
                let sums = cumulative(vm, vm.list_from(counts)?)?;
                if sums.len() != n {
                    return Err(vm.value_error("The number of counts does not match the population"));
                }
                let total = match sums.len().checked_sub(1).and_then(|last| sums.get(last)) {
                    Some(total) if total.is_int() => vm.index_i64(total)?,
                    Some(_) => return Err(vm.type_error("Counts must be integers")),
                    None => 0,
                };
                if total < 0 {
                    return Err(vm.value_error("Counts must be non-negative"));
                }
                (Some(sums), total as usize)
            }
        };
        let Some(k) = usize::try_from(vm.index_i64(k)?).ok().filter(|k| *k <= n) else {
            return Err(vm.value_error("Sample larger than population or is negative"));
        };
        let result = List::with_capacity(vm, k)?;
        for place in sample_places(vm, generator, n, k)? {
            let place = match sums {
                Some(sums) => place_in(vm, sums, vm.new_int(place as i64)?, sums.len())?,
                None => place,
            };
            result.push(vm, vm.get_item(population, vm.new_int(place as i64)?)?)?;
        }
        Ok(result.into())
    }

    /// Bring the items of a list into a random order.
    #[method("shuffle($self, x)")]
    fn shuffle(vm: &Vm, args: &[Value]) -> PyResult {
        let sequence = args[1];
        for last in (1..vm.len(sequence)?).rev() {
            let (a, b) = (vm.new_int(last as i64)?, vm.new_int(index_below(vm, args[0], last + 1)? as i64)?);
            let (item, other) = (vm.get_item(sequence, a)?, vm.get_item(sequence, b)?);
            vm.set_item(sequence, a, other)?;
            vm.set_item(sequence, b, item)?;
        }
        Ok(vm.none())
    }
}
