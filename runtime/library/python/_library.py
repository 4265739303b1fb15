"""Finds and loads the modules of the library that the executable carries, and files in other forms than source.

The library's folder is a path below the executable, where no file can be: what is in it comes from `_orochi`. A finder serves that folder
or one of its packages, as a path hook makes it; the same object loads what it finds.
"""

import sys
import _orochi
import _frozen_importlib as _bootstrap
import _frozen_importlib_external as _bootstrap_external

_join = '/'.join


class LibraryImporter(_bootstrap_external._LoaderBasics):
    """Finder for a folder of the library, and loader of its modules."""

    def __init__(self, path):
        root = sys._stdlib_dir
        if path == root:
            self._package = ''
        elif isinstance(path, str) and path.startswith(root + '/'):
            self._package = path[len(root) + 1:].replace('/', '.') + '.'
        else:
            raise ImportError('only folders of the library are served', path=path)
        self.path = path

    def __repr__(self):
        return f'LibraryImporter({self.path!r})'

    def find_spec(self, fullname, target=None):
        tail = fullname.rpartition('.')[2]
        package = _orochi.library_find(self._package + tail)
        if package is None:
            return None
        folder = f'{self.path}/{tail}'
        origin = f'{folder}/__init__.py' if package else f'{folder}.py'
        spec = _bootstrap.ModuleSpec(fullname, self, origin=origin, is_package=package)
        spec._set_fileattr = True
        if package:
            spec.submodule_search_locations.append(folder)
        return spec

    def invalidate_caches(self):
        pass

    def _own_name(self, fullname):
        name = self._package + fullname.rpartition('.')[2]
        package = _orochi.library_find(name)
        if package is None:
            raise ImportError(f'the library has no module {name}', name=fullname)
        return name, package

    def get_filename(self, fullname):
        name, package = self._own_name(fullname)
        file = name.replace('.', '/')
        return f'{sys._stdlib_dir}/{file}/__init__.py' if package else f'{sys._stdlib_dir}/{file}.py'

    def get_code(self, fullname):
        name, _ = self._own_name(fullname)
        return _orochi.library_code(name, self.get_filename(fullname))

    def exec_module(self, module):
        super().exec_module(module)
        if module.__name__ == 'linecache' and (command := _orochi.command()):
            # The interpreter's own start does that in CPython, which imports `linecache` for it.
            module._register_code(*command, '<string>')

    def get_source(self, fullname):
        name, _ = self._own_name(fullname)
        return _bootstrap_external.decode_source(_orochi.library_source(name))

    def is_package(self, fullname):
        return self._own_name(fullname)[1]

    def get_data(self, path):
        root = sys._stdlib_dir + '/'
        if path.startswith(root) and path.endswith('.py'):
            name = path[len(root):-3].replace('/', '.').removesuffix('.__init__')
            if _orochi.library_find(name) is not None:
                return _orochi.library_source(name)
        raise FileNotFoundError(2, 'the library has no such file', path)

    def iter_modules(self, prefix=''):
        for name in _orochi.library_names():
            if name.startswith(self._package):
                tail = name[len(self._package):]
                if tail and '.' not in tail:
                    yield prefix + tail, _orochi.library_find(name)


class CompiledFileLoader(_bootstrap_external.SourcelessFileLoader):
    """Loads files that are no Python source: other languages, compiled modules (.orb), CPython's .pyc."""

    def get_code(self, fullname):
        path = self.get_filename(fullname)
        data = self.get_data(path)
        if data.startswith(_bootstrap_external.MAGIC_NUMBER):
            return super().get_code(fullname)
        return _orochi.compile_file(data, path)

    def get_source(self, fullname):
        try:
            return self.get_data(self.get_filename(fullname)).decode()
        except UnicodeDecodeError:
            return None


def zip_hook(path):
    """Serves archives; `zipimport` itself is imported when there is one."""
    if not _bootstrap_external._path_isfile(path) and not _zip_below(path):
        raise ImportError('not a Zip file', path=path)
    import zipimport
    return zipimport.zipimporter(path)


def _zip_below(path):
    """Whether a part of the path is a file: then what follows is a folder in an archive."""
    while isinstance(path, str):
        head, tail = _bootstrap_external._path_split(path)
        if not tail or head == path:
            return False
        if _bootstrap_external._path_isfile(head):
            return True
        if _bootstrap_external._path_isdir(head):
            return False
        path = head
    return False


def install(extensions):
    """Adds the path hooks, after those of importlib: the library, and files with these extensions."""
    loaders = [(CompiledFileLoader, ['.' + extension for extension in extensions])]
    loaders += _bootstrap_external._get_supported_file_loaders()
    sys.path_hooks[:] = [LibraryImporter, zip_hook, _bootstrap_external.FileFinder.path_hook(*loaders)]
