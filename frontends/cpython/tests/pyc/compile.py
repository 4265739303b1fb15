"""Compiles the sources in this folder with the Python that runs it: `python3.11 compile.py [FOLDER]`."""

import pathlib
import py_compile
import sys

here = pathlib.Path(__file__).parent
folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here
for source in sorted(here.glob("*.py")):
    if source.name not in ("compile.py", "opcode_table.py") and (source.name != "only314.py" or sys.version_info >= (3, 14)):
        target = folder / f"{source.stem}.{sys.version_info[0]}{sys.version_info[1]}.pyc"
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(source, cfile=target, dfile=source.name, doraise=True, invalidation_mode=mode)
