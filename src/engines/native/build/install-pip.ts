/**
 * A program for the Python of a virtual environment that has none: puts pip there, up to Python 3.11 setuptools as well, from
 * the wheels that this Python brings for `ensurepip`. That would start pip to install pip, which takes seconds; a wheel is
 * unpacked and has its programs written (https://packaging.python.org/en/latest/specifications/binary-distribution-format/).
 * Where anything is not as expected, `ensurepip` does it after all, and says what is missing.
 */
export const INSTALL_PIP = `
import importlib, os, runpy, shutil, sys, sysconfig, zipfile

version = 'python%d.%d' % sys.version_info[:2]
site = os.path.join(sys.prefix, 'lib', version, 'site-packages')

def unpack():
    import ensurepip
    own = os.path.join(os.path.dirname(ensurepip.__file__), '_bundled')
    folder = sysconfig.get_config_var('WHEEL_PKG_DIR') or own
    for project in ['pip'] if sys.version_info >= (3, 12) else ['setuptools', 'pip']:
        name, = [name for name in os.listdir(folder) if name.startswith(project + '-')]
        with zipfile.ZipFile(os.path.join(folder, name)) as wheel:
            wheel.extractall(site)
    importlib.invalidate_caches()
    # To try it compiles it, which the first command would have to do otherwise.
    import pip._internal.commands.install

def write_programs():
    # The kernel takes no longer line than that, and no space in it.
    short = len(sys.executable) < 120 and ' ' not in sys.executable
    first = '#!' + sys.executable if short else '#!/bin/sh\\n\\'\\'\\'exec\\' "%s" "$0" "$@"\\n\\' \\'\\'\\'' % sys.executable
    for name in 'pip', 'pip3', 'pip' + version[6:]:
        path = os.path.join(os.path.dirname(sys.executable), name)
        with open(path, 'w') as file:
            file.write(first + '\\nimport sys\\nfrom pip._internal.cli.main import main\\nsys.exit(main())\\n')
        os.chmod(path, 0o755)

try:
    unpack()
    write_programs()
except Exception:
    shutil.rmtree(site, ignore_errors=True)
    os.makedirs(site, exist_ok=True)
    sys.argv = ['ensurepip', '--upgrade', '--default-pip']
    runpy.run_module('ensurepip', run_name='__main__')
`;
