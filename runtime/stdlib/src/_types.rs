//! `_types`: the names of the built-in types that `types` re-exports.

use orochi_vm::{ClassDef, Layout, NativeModule};

/// The module.
pub const MODULE: NativeModule = NativeModule {
    name: "_types",
    doc: "Define names for built-in types.",
    functions: &[],
    init: |vm, module| {
        let types = vm.types();
        let capsule = vm.module_class(&CAPSULE)?;
        for (name, class) in [
            ("AsyncGeneratorType", types.async_generator),
            ("BuiltinFunctionType", types.builtin_function),
            ("BuiltinMethodType", types.builtin_function),
            ("CapsuleType", capsule),
            ("CellType", types.cell),
            ("ClassMethodDescriptorType", types.classmethod_descriptor),
            ("CodeType", types.code),
            ("CoroutineType", types.coroutine),
            ("EllipsisType", types.ellipsis_type),
            ("FrameType", types.frame),
            ("FunctionType", types.function),
            ("GeneratorType", types.generator),
            ("GenericAlias", types.generic_alias),
            ("GetSetDescriptorType", types.getset_descriptor),
            ("LambdaType", types.function),
            ("MappingProxyType", types.mappingproxy),
            ("MemberDescriptorType", types.member_descriptor),
            ("MethodDescriptorType", types.method_descriptor),
            ("MethodType", types.method),
            ("MethodWrapperType", types.method_wrapper),
            ("ModuleType", types.module),
            ("NoneType", types.none_type),
            ("NotImplementedType", types.not_implemented_type),
            ("SimpleNamespace", types.simple_namespace),
            ("TracebackType", types.traceback),
            ("UnionType", types.union_type),
            ("WrapperDescriptorType", types.wrapper_descriptor),
        ] {
            module.dict().set_str(vm, vm.intern(name), class.into())?;
        }
        Ok(())
    },
};

/// What extension modules in C hand each other. There are none here, so that it has no instances; programs name the type.
static CAPSULE: ClassDef =
    ClassDef { flags: orochi_vm::object::class::flags::NO_NEW, ..ClassDef::new("PyCapsule", "", Layout::Object) };
