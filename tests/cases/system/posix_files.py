# posix: files, folders and descriptors, with the errors of the system
# folder: empty
import posix

fd = posix.open('file', posix.O_CREAT | posix.O_RDWR, 0o640)
print(posix.write(fd, b'hello world'), posix.lseek(fd, 6, 0), posix.read(fd, 100), posix.read(fd, 5))
print(posix.pread(fd, 3, 1), posix.pwrite(fd, b'HE', 0), posix.pread(fd, 5, 0))
target = [bytearray(2), bytearray(4)]
posix.lseek(fd, 0, 0)
print(posix.readv(fd, target), target, posix.writev(fd, [b'ab', b'', b'cd']))
posix.ftruncate(fd, 4)
print(posix.fstat(fd).st_size, posix.get_inheritable(fd), posix.isatty(fd))
posix.close(fd)
try:
    posix.read(fd, 1)
except OSError as error:
    print(error.errno == 9, error)

posix.mkdir('folder')
posix.symlink('file', 'link')
posix.symlink('nowhere', 'broken')
posix.link('file', 'folder/hard')
print(sorted(posix.listdir()), sorted(posix.listdir(b'.')), posix.readlink('link'), posix.stat('file').st_nlink)
with posix.scandir() as entries:
    for entry in sorted(entries, key=lambda entry: entry.name):
        print(entry, entry.path, entry.is_dir(), entry.is_file(), entry.is_symlink(), entry.is_file(follow_symlinks=False))
print(next(entries, 'exhausted'))

status = posix.stat('file')
print(len(status), status[0] == status.st_mode, oct(status.st_mode & 0o7777 & ~0o027), status.st_size, status[8] == int(status.st_mtime))
posix.utime('file', ns=(1_000_000_001, 2_500_000_000))
status = posix.stat('file')
print(status.st_atime_ns, status.st_mtime_ns, status.st_mtime, status[7], status[8])
posix.utime('file', (3, 4.25))
print(posix.stat('file').st_atime, posix.stat('file').st_mtime_ns)
posix.chmod('file', 0o400)
print(oct(posix.stat('file').st_mode), posix.access('file', posix.R_OK), posix.access('missing', posix.F_OK))


class Path:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


print(posix.stat(Path('file')) == posix.stat(b'file'), posix.fspath(Path(b'x')))
for call in [
    lambda: posix.stat('missing'), lambda: posix.rename('missing', 'other'), lambda: posix.mkdir('folder'),
    lambda: posix.rmdir('folder'), lambda: posix.listdir('file'), lambda: posix.stat([]), lambda: posix.stat('a\0b'),
    lambda: posix.open(1.5, 0), lambda: posix.stat(Path(3)), lambda: posix.stat(10**20), lambda: posix.link('missing', 'x'),
    lambda: posix.stat(3, dir_fd=4), lambda: posix.utime('file', (1,)), lambda: posix.unlink('folder'),
]:
    try:
        call()
    except (OSError, TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, str(error).replace('stat: embedded null character in path', 'embedded null byte'))
posix.replace('file', 'moved')
for name in ['moved', 'link', 'broken', 'folder/hard']:
    posix.unlink(name)
posix.rmdir('folder')
print(posix.listdir('.'))
print(posix._path_normpath('/a/./b//../c/..'), posix._path_normpath('//x/../..'), posix._path_normpath('a/../..'))
