//! The op table: every operation of the common bytecode, once.
//!
//! The macro [`for_each_op!`] is the only list. The `Op` enum, the encoder, the decoder, the assembler, the
//! disassembler, the builder's methods, the verifier's stack effects and `docs/bytecode.md` are small macros
//! that are fed by it, so a forgotten operation is a compile error.
//!
//! The code is for a stack machine. In the signatures below the top of the stack is on the right:
//! `(a b -- c)` takes `b` from the top, then `a`, and leaves `c`. A column of a row reads:
//!
//! ```text
//! number Variant "mnemonic" { operand: Type, .. } pops <expr> pushes <expr> flow <Flow> "signature" "meaning";
//! ```
//!
//! `pops` and `pushes` are expressions over the operands, each one token or in parentheses. In them an operand is the
//! number that it is on the wire, except that an [`IntrinsicFn`](crate::operands::IntrinsicFn) is its arity. Where an
//! operation that falls through and the same operation when it jumps leave different depths, the table gives the
//! fall-through and [`Op::jump_effect`](crate::Op::jump_effect) the other; its doc says which operations those are.
//!
//! What does not live here: how an operation runs. That is the VM's matter; the meaning column is the contract.

/// Calls `$m!` with the whole op table.
#[macro_export]
macro_rules! for_each_op {
    ($m:ident) => { $m! {
        // ---- stack ------------------------------------------------------------------------------------------
        0x00 Nop "nop" {} pops 0 pushes 0 flow Next "( -- )" "Nothing. Carries a source position for statements that compile to nothing.";
        0x01 Pop "pop" {} pops 1 pushes 0 flow Next "(a -- )" "Drop the top value.";
        0x02 Copy "copy" { depth: Depth } pops 0 pushes 1 flow Next "(a .. -- a .. a)" "Push a copy of the value `depth` places down; 1 is the top.";
        0x03 Swap "swap" { depth: Depth } pops 0 pushes 0 flow Next "(a .. b -- b .. a)" "Exchange the top with the value `depth` places down; `depth` is 2 or more.";
        0x04 Const "const" { value: ConstIdx } pops 0 pushes 1 flow Next "( -- v)" "Push a constant.";

        // ---- local variables and cells ------------------------------------------------------------------------
        0x08 LoadLocal "load_local" { local: LocalIdx } pops 0 pushes 1 flow Next "( -- v)" "Push a local variable; UnboundLocalError when it has no value.";
        0x09 StoreLocal "store_local" { local: LocalIdx } pops 1 pushes 0 flow Next "(v -- )" "Bind a local variable.";
        0x0a DeleteLocal "delete_local" { local: LocalIdx } pops 0 pushes 0 flow Next "( -- )" "Unbind a local variable; UnboundLocalError when it has no value.";
        0x0b ClearLocal "clear_local" { local: LocalIdx } pops 0 pushes 0 flow Next "( -- )" "Unbind a local variable, bound or not. Ends the scope of an inlined comprehension's variable.";
        0x0c LoadDeref "load_deref" { cell: CellIdx } pops 0 pushes 1 flow Next "( -- v)" "Push the content of a cell; UnboundLocalError for an own cell, NameError for a free variable without value.";
        0x0d StoreDeref "store_deref" { cell: CellIdx } pops 1 pushes 0 flow Next "(v -- )" "Set the content of a cell.";
        0x0e DeleteDeref "delete_deref" { cell: CellIdx } pops 0 pushes 0 flow Next "( -- )" "Empty a cell; the errors of `load_deref` when it is empty.";
        0x0f LoadCell "load_cell" { cell: CellIdx } pops 0 pushes 1 flow Next "( -- cell)" "Push the cell itself, for the closure of an inner function.";
        0x10 MakeCell "make_cell" { cell: CellIdx } pops 0 pushes 0 flow Next "( -- )" "Replace an own cell by a fresh, empty one. Own cells are made on entry (holding the argument of that name, if any); an inlined comprehension renews the cells of its variables with this.";
        0x11 LoadFromDictOrDeref "load_from_dict_or_deref" { cell: CellIdx } pops 1 pushes 1 flow Next "(mapping -- v)" "The name of the cell looked up in a mapping, else the content of the cell. For class bodies and annotation scopes.";

        // ---- names ----------------------------------------------------------------------------------------------
        0x14 LoadGlobal "load_global" { name: NameIdx } pops 0 pushes 1 flow Next "( -- v)" "A name of the module's globals, else of its builtins, else NameError.";
        0x15 StoreGlobal "store_global" { name: NameIdx } pops 1 pushes 0 flow Next "(v -- )" "Bind a name in the module's globals.";
        0x16 DeleteGlobal "delete_global" { name: NameIdx } pops 0 pushes 0 flow Next "( -- )" "Unbind a name in the module's globals; NameError when absent.";
        0x17 LoadName "load_name" { name: NameIdx } pops 0 pushes 1 flow Next "( -- v)" "A name of the frame's locals mapping, else as `load_global`.";
        0x18 StoreName "store_name" { name: NameIdx } pops 1 pushes 0 flow Next "(v -- )" "Bind a name in the frame's locals mapping.";
        0x19 DeleteName "delete_name" { name: NameIdx } pops 0 pushes 0 flow Next "( -- )" "Unbind a name in the frame's locals mapping; NameError when absent.";
        0x1a LoadLocals "load_locals" {} pops 0 pushes 1 flow Next "( -- mapping)" "Push the frame's locals mapping (class and module bodies).";
        0x1b LoadFromDictOrGlobals "load_from_dict_or_globals" { name: NameIdx } pops 1 pushes 1 flow Next "(mapping -- v)" "A name looked up in a mapping, else as `load_global`.";
        0x1c LoadBuiltin "load_builtin" { which: BuiltinRef } pops 0 pushes 1 flow Next "( -- v)" "Push one of the objects that the language itself refers to, whatever the program did to its names.";

        // ---- attributes, items --------------------------------------------------------------------------------------
        0x20 LoadAttr "load_attr" { name: NameIdx } pops 1 pushes 1 flow Next "(obj -- v)" "`obj.name`.";
        0x21 StoreAttr "store_attr" { name: NameIdx } pops 2 pushes 0 flow Next "(v obj -- )" "`obj.name = v`.";
        0x22 DeleteAttr "delete_attr" { name: NameIdx } pops 1 pushes 0 flow Next "(obj -- )" "`del obj.name`.";
        0x23 LoadMethod "load_method" { name: NameIdx } pops 1 pushes 2 flow Next "(obj -- callable receiver)" "`obj.name`, about to be called: pushes the two halves of a call pair, which only `call_method` and `call_method_kw` take. The receiver is absent when the attribute is not a method of the object's class.";
        0x24 LoadItem "load_item" {} pops 2 pushes 1 flow Next "(obj key -- v)" "`obj[key]`.";
        0x25 StoreItem "store_item" {} pops 3 pushes 0 flow Next "(v obj key -- )" "`obj[key] = v`.";
        0x26 DeleteItem "delete_item" {} pops 2 pushes 0 flow Next "(obj key -- )" "`del obj[key]`.";

        // ---- operators -----------------------------------------------------------------------------------------------
        0x28 Unary "unary" { op: UnaryOp } pops 1 pushes 1 flow Next "(a -- v)" "A unary operator.";
        0x29 Binary "binary" { op: BinaryOp } pops 2 pushes 1 flow Next "(a b -- v)" "A binary operator.";
        0x2a Inplace "inplace" { op: BinaryOp } pops 2 pushes 1 flow Next "(a b -- v)" "An augmented assignment's operator: the in-place method, else the binary operator.";
        0x2b Compare "compare" { op: CompareOp } pops 2 pushes 1 flow Next "(a b -- v)" "A rich comparison; the result is whatever the method returned.";
        0x2c Is "is" { negate: Flag } pops 2 pushes 1 flow Next "(a b -- bool)" "`a is b`, or `a is not b` when `negate`.";
        0x2d Contains "contains" { negate: Flag } pops 2 pushes 1 flow Next "(a b -- bool)" "`a in b`, or `a not in b` when `negate`.";

        // ---- building ---------------------------------------------------------------------------------------------------
        0x30 BuildTuple "build_tuple" { count: Count } pops count pushes 1 flow Next "(v.. -- tuple)" "A tuple of `count` values.";
        0x31 BuildList "build_list" { count: Count } pops count pushes 1 flow Next "(v.. -- list)" "A list of `count` values.";
        0x32 BuildSet "build_set" { count: Count } pops count pushes 1 flow Next "(v.. -- set)" "A set of `count` values, added left to right.";
        0x33 BuildDict "build_dict" { count: Count } pops (2 * count) pushes 1 flow Next "(k v .. -- dict)" "A dict of `count` key-value pairs, set left to right.";
        0x34 BuildString "build_string" { count: Count } pops count pushes 1 flow Next "(str.. -- str)" "The concatenation of `count` strings.";
        0x35 BuildSlice "build_slice" { step: Flag } pops (2 + step) pushes 1 flow Next "(start stop [step] -- slice)" "A slice object; without `step` its step is None.";
        0x36 ListAppend "list_append" { depth: Depth } pops 1 pushes 0 flow Next "(list .. v -- list ..)" "Append to the list that is `depth` places down once `v` is popped.";
        0x37 SetAdd "set_add" { depth: Depth } pops 1 pushes 0 flow Next "(set .. v -- set ..)" "Add to the set that is `depth` places down once `v` is popped.";
        0x38 DictSet "dict_set" { depth: Depth } pops 2 pushes 0 flow Next "(dict .. k v -- dict ..)" "Set `k` to `v` in the dict that is `depth` places down once both are popped.";
        0x39 ListExtend "list_extend" { depth: Depth } pops 1 pushes 0 flow Next "(list .. it -- list ..)" "Append every item of an iterable (`*it` in a list or tuple display or a call).";
        0x3a SetUpdate "set_update" { depth: Depth } pops 1 pushes 0 flow Next "(set .. it -- set ..)" "Add every item of an iterable.";
        0x3b DictUpdate "dict_update" { depth: Depth } pops 1 pushes 0 flow Next "(dict .. m -- dict ..)" "`**m` in a dict display: later keys win; TypeError when `m` is not a mapping.";
        0x3c DictMerge "dict_merge" { depth: Depth } pops 1 pushes 0 flow Next "(callable .. dict .. m -- callable .. dict ..)" "`**m` in a call: TypeError on a repeated key or when `m` is not a mapping. The callable that the message names is the value just below the positional tuple, which is just below the dict.";
        0x3d ListToTuple "list_to_tuple" {} pops 1 pushes 1 flow Next "(list -- tuple)" "A tuple of a list's items.";
        0x3e UnpackSequence "unpack_sequence" { count: Count } pops 1 pushes count flow Next "(it -- v_n .. v_1)" "Exactly `count` items of an iterable, the first on top.";
        0x3f UnpackEx "unpack_ex" { before: Count, after: Count } pops 1 pushes (before + 1 + after) flow Next "(it -- a_m .. a_1 list b_n .. b_1)" "Unpack with a starred target: `before` items, a list of the rest, `after` items; the first on top.";

        // ---- strings ------------------------------------------------------------------------------------------------------
        0x40 Convert "convert" { conversion: Conversion } pops 1 pushes 1 flow Next "(v -- str)" "`!s`, `!r` or `!a` of a replacement field.";
        0x41 Format "format" { spec: Flag } pops (1 + spec) pushes 1 flow Next "(v [spec] -- str)" "`format(v, spec)`; without `spec`, with the empty one.";
        0x42 BuildInterpolation "build_interpolation" { conversion: Conversion, spec: Flag } pops (2 + spec) pushes 1 flow Next "(v text [spec] -- interpolation)" "A `string.templatelib.Interpolation` (PEP 750).";
        0x43 BuildTemplate "build_template" {} pops 2 pushes 1 flow Next "(strings interpolations -- template)" "A `string.templatelib.Template` of two tuples (PEP 750).";

        // ---- control -----------------------------------------------------------------------------------------------------------
        0x48 Jump "jump" { target: Label } pops 0 pushes 0 flow Jump "( -- )" "Continue at `target`.";
        0x49 JumpIfFalse "jump_if_false" { target: Label } pops 1 pushes 0 flow Branch "(v -- )" "Continue at `target` when `v` is false.";
        0x4a JumpIfTrue "jump_if_true" { target: Label } pops 1 pushes 0 flow Branch "(v -- )" "Continue at `target` when `v` is true.";
        0x4b GetIter "get_iter" {} pops 1 pushes 1 flow Next "(it -- iterator)" "`iter(it)`.";
        0x4c ForIter "for_iter" { target: Label } pops 1 pushes 2 flow Branch "(iterator -- iterator v)" "Push the iterator's next item; when there is none, drop the iterator and continue at `target`.";
        0x4d Return "return" {} pops 1 pushes 0 flow End "(v -- )" "Return from the code object.";

        // ---- generators and coroutines --------------------------------------------------------------------------------------------
        0x50 Yield "yield" {} pops 1 pushes 1 flow Next "(v -- sent)" "Suspend with `v`; goes on with the value sent, or raises what was thrown.";
        0x51 GetYieldFromIter "get_yield_from_iter" {} pops 1 pushes 1 flow Next "(it -- iterator)" "The iterator for `yield from it`: a generator as it is, a coroutine only inside one, else `iter(it)`.";
        0x52 YieldFrom "yield_from" {} pops 1 pushes 1 flow Next "(iterator -- result)" "Delegate: yield all that the iterator yields, forward what is sent, thrown or closed to it; leaves the value of its StopIteration. PEP 380.";
        0x53 GetAwaitable "get_awaitable" { context: AwaitContext } pops 1 pushes 1 flow Next "(v -- iterator)" "The iterator of `await v`; TypeError worded for the context.";
        0x54 GetAsyncIter "get_aiter" {} pops 1 pushes 1 flow Next "(it -- aiter)" "`type(it).__aiter__(it)`, checked to have `__anext__`.";
        0x55 GetAsyncNext "get_anext" {} pops 0 pushes 1 flow Next "(aiter -- aiter iterator)" "The iterator of awaiting `aiter.__anext__()`.";
        0x56 EndAsyncFor "end_async_for" {} pops 2 pushes 0 flow Next "(aiter exc -- )" "Drop both when `exc` is StopAsyncIteration, else raise `exc` again.";
        0x57 AsyncGenWrap "async_gen_wrap" {} pops 1 pushes 1 flow Next "(v -- wrapped)" "Mark a value as yielded by an async generator, not awaited.";

        // ---- exceptions and context managers -------------------------------------------------------------------------------------------
        0x58 Raise "raise" { argc: RaiseArgs } pops argc pushes 0 flow End "([exc [cause]] -- )" "`raise`, `raise exc`, `raise exc from cause`.";
        0x59 Reraise "reraise" {} pops 1 pushes 0 flow End "(exc -- )" "Raise an exception again; its traceback gets no second entry for this frame.";
        0x5a BeginHandler "begin_handler" {} pops 1 pushes 2 flow Next "(exc -- previous exc)" "Make `exc` the exception being handled; keeps the previous one, or None, below it.";
        0x5b EndHandler "end_handler" {} pops 1 pushes 0 flow Next "(previous -- )" "Make `previous` the exception being handled again.";
        0x5c MatchException "match_exception" {} pops 1 pushes 1 flow Next "(exc type -- exc bool)" "Does `exc` match the `except` clause's type or tuple of types; TypeError when it is neither.";
        0x5d MatchExceptionGroup "match_exception_group" {} pops 2 pushes 2 flow Next "(exc type -- rest matched)" "Split for `except*`; each part is None when empty.";
        0x5e PrepareReraiseStar "prepare_reraise_star" {} pops 2 pushes 1 flow Next "(orig list -- exc)" "What is left to raise after all `except*` clauses, or None. PEP 654.";
        0x5f WithEnter "with_enter" {} pops 1 pushes 2 flow Next "(manager -- exit v)" "Look up `__enter__` and `__exit__` on the type, call `__enter__`; `exit` is the bound `__exit__`.";
        0x60 AsyncWithEnter "async_with_enter" {} pops 1 pushes 2 flow Next "(manager -- aexit awaitable)" "The same with `__aenter__` and `__aexit__`.";
        0x61 WithExcept "with_except" { depth: Depth } pops 0 pushes 1 flow Next "(exit .. exc -- exit .. exc v)" "Call the `exit` that is `depth` places down (`exc` is 1) with the type, value and traceback of the exception on top.";

        // ---- functions and calls -----------------------------------------------------------------------------------------------------------
        0x68 MakeFunction "make_function" { code: CodeIdx } pops 0 pushes 1 flow Next "( -- function)" "A function of a code object and the frame's globals.";
        0x69 SetFunction "set_function" { attr: FunctionAttr } pops 2 pushes 1 flow Next "(v function -- function)" "Give a function just made its defaults, closure, annotations, ...";
        0x6a Call "call" { argc: Count } pops (1 + argc) pushes 1 flow Next "(callable arg.. -- v)" "Call with `argc` positional arguments.";
        0x6b CallKw "call_kw" { argc: Count, names: ConstIdx } pops (1 + argc) pushes 1 flow Next "(callable arg.. -- v)" "Call with `argc` arguments, the last of which are keyword arguments named by a constant tuple of strings.";
        0x6c CallMethod "call_method" { argc: Count } pops (2 + argc) pushes 1 flow Next "(callable receiver arg.. -- v)" "Call a pair made by `load_method` with `argc` positional arguments.";
        0x6d CallMethodKw "call_method_kw" { argc: Count, names: ConstIdx } pops (2 + argc) pushes 1 flow Next "(callable receiver arg.. -- v)" "The same with keyword arguments, as `call_kw`.";
        0x6e CallEx "call_ex" { kwargs: Flag } pops (2 + kwargs) pushes 1 flow Next "(callable args [kwargs] -- v)" "Call with an iterable of positional arguments and, when `kwargs`, a mapping of keyword arguments.";

        // ---- modules and classes --------------------------------------------------------------------------------------------------------------
        0x70 ImportName "import_name" { name: NameIdx } pops 2 pushes 1 flow Next "(level fromlist -- module)" "Call the builtins' `__import__`.";
        0x71 ImportFrom "import_from" { name: NameIdx } pops 0 pushes 1 flow Next "(module -- module v)" "An attribute or submodule; ImportError when absent.";
        0x72 ImportStar "import_star" {} pops 1 pushes 0 flow Next "(module -- )" "Bind all public names of a module in the frame's locals mapping.";
        0x73 SetupAnnotations "setup_annotations" {} pops 0 pushes 0 flow Next "( -- )" "Make `__annotations__` in the frame's locals mapping, if absent.";
        0x74 Intrinsic "intrinsic" { which: IntrinsicFn } pops which pushes 1 flow Next "(v.. -- v)" "A rarely used operation of the language that needs no syntax of its own here.";

        // ---- pattern matching ---------------------------------------------------------------------------------------------------------------------
        0x78 MatchMapping "match_mapping" {} pops 0 pushes 1 flow Next "(subject -- subject bool)" "Is the subject a mapping in the sense of PEP 634.";
        0x79 MatchSequence "match_sequence" {} pops 0 pushes 1 flow Next "(subject -- subject bool)" "Is the subject a sequence in the sense of PEP 634.";
        0x7a MatchKeys "match_keys" {} pops 0 pushes 1 flow Next "(subject keys -- subject keys values)" "A tuple of the subject's values for a tuple of keys, or None when one is absent; ValueError on a repeated key.";
        0x7b MatchClass "match_class" { count: Count } pops 3 pushes 1 flow Next "(subject class names -- values)" "A tuple of `count` positional attributes (by `__match_args__`) and the named ones, or None when the subject does not match.";
        0x7c GetLen "get_len" {} pops 0 pushes 1 flow Next "(v -- v int)" "Push `len(v)`.";
    } };
}
