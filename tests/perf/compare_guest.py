"""Make what tests/perf/compare runs: workloads for guest and host, kernel, initramfs."""
import hashlib
import importlib.util
import os
import pathlib
import shutil
import stat
import subprocess

import compare_data
import compare_workloads

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/perf"
FLAGS = ["-std=c17", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", f"-I{ROOT}"]
LIBRARIES = ["-lm", "-pthread"]
GUEST_COMPILER = "s390x-linux-gnu-gcc"
MEMORY = {"boot": "512M", "small": "512M", "debian": "2G"}
DEBIAN = ["bash", "dash", "coreutils", "grep", "python3", "lua5.4", "perl", "sqlite3", "gzip",
          "xz-utils", "zstd", "openssl", "gcc"]


class CannotMeasure(Exception):
    """Its text is a sentence that says what is missing and what to do."""


def load_tool(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def need_packages(needs):
    """Installs the Debian packages of NEEDS, pairs of a command (or '') and a package, that are
    missing; where that cannot be done, says which they are."""
    def there(command, package):
        if command:
            return shutil.which(command)
        done = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status}", package],
                              capture_output=True, text=True, check=False)
        return done.stdout == "installed"

    missing = [package for command, package in needs if not there(command, package)]
    if not missing:
        return
    names = " ".join(missing)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise CannotMeasure(f"missing: {names}; install it with 'apt-get install {names}', "
                            "or run this as root on Debian")
    words = " ".join(f"-:{package}" for package in missing)
    done = subprocess.run(["bash", "-c", f". {ROOT}/tools/setup.sh; install_missing {words}",
                           "compare"], check=False)
    if done.returncode:
        raise CannotMeasure(f"apt-get could not install {names}")


def compile_program(compiler, source, flags, folder):
    """The program made of SOURCE, built again only where the source or the flags changed."""
    command = [compiler, *FLAGS, *flags, str(source)]
    text = [" ".join(command), source.read_text(), (HERE / "workloads/perf.h").read_text()]
    stamp = hashlib.sha256("\0".join(text).encode()).hexdigest()[:16]
    program = folder / f"{source.stem}.{stamp}"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        new = folder / f"{program.name}.new.{os.getpid()}"
        done = subprocess.run([*command, "-o", str(new), *LIBRARIES], capture_output=True,
                              text=True, check=False)
        if done.returncode:
            raise CannotMeasure(f"{compiler} does not build {source}:\n{done.stderr}")
        new.rename(program)
    return program


class Guests:
    """Kernel and initramfs images; what can be kept is kept in FOLDER."""

    def __init__(self, folder, flags):
        self.folder, self.flags = folder, flags
        folder.mkdir(parents=True, exist_ok=True)
        self.cpio = load_tool(ROOT / "tools/guest/make_initramfs.py")
        self.packages = pathlib.Path(self.tool("guest-packages"))
        self.kernel = str(self.packages / "vmlinuz")

    def tool(self, name, *arguments):
        done = subprocess.run([ROOT / "tools" / name, *arguments], stdout=subprocess.PIPE,
                              text=True, check=False)
        if done.returncode:
            raise CannotMeasure(f"tools/{name} failed; its messages are above")
        return done.stdout.strip()

    def guest_program(self, source):
        return compile_program(GUEST_COMPILER, source, ["-static", "-s", *self.flags],
                               self.folder / "s390x")

    def native_program(self, source):
        return compile_program(os.environ.get("CC", "cc"), source, [], self.folder / "host")

    def debian_archive(self):
        """The tree of Debian's packages as a cpio archive."""
        folder = pathlib.Path(self.tool("guest-root", *DEBIAN))
        stamp = hashlib.sha256((folder / "packages").read_bytes()).hexdigest()[:16]
        archive = self.folder / f"debian.{folder.name}.{stamp}.cpio"
        if not archive.exists():
            new = archive.with_suffix(f".new.{os.getpid()}")
            with open(new, "wb") as output:
                self.write_archive(output, tree_members(folder / "root"))
            new.rename(archive)
        return archive

    def write_archive(self, output, members):
        for number, member in enumerate([*members, ("TRAILER!!!", 0, b"")], 1):
            output.write(self.cpio.entry(number, *member))

    def write_initramfs(self, path, kind, workloads, quick):
        """The image of a guest of KIND with WORKLOADS."""
        text = compare_workloads.guest_list(workloads, quick)
        files = {"init": self.guest_program(HERE / "guest/perf_init.c").read_bytes()}
        for workload in workloads:
            if workload.source:
                source = HERE / "workloads" / f"{workload.source}.c"
                files[f"perf/{workload.source}"] = self.guest_program(source).read_bytes()
        if kind == "debian":
            files |= {f"perf/{name}": data for name, data in compare_data.make_files(quick).items()}
            files |= {f"perf/{script.name}": script.read_bytes()
                      for script in sorted((HERE / "debian").iterdir())}
        folder = stat.S_IFDIR | 0o755
        members = [*((name, folder, b"") for name in ("perf", "dev", "proc", "sys", "tmp", "run")),
                   ("dev/console", stat.S_IFCHR | 0o600, b"", (5, 1)),
                   ("perf/list", stat.S_IFREG | 0o644, text.encode()),
                   *((name, stat.S_IFREG | 0o755, data) for name, data in files.items())]
        with open(path, "wb") as output:
            if kind == "debian":
                with open(self.debian_archive(), "rb") as archive:
                    shutil.copyfileobj(archive, output, 1 << 20)
            self.write_archive(output, members)


def tree_members(root):
    """The folders, files and links below ROOT, each folder before what is in it."""
    for folder, names, files in os.walk(root):
        names.sort()
        for name in sorted(names + files):
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                data = os.readlink(path).encode()
            elif stat.S_ISREG(mode):
                data = pathlib.Path(path).read_bytes()
            elif stat.S_ISDIR(mode):
                data = b""
            else:
                continue
            yield os.path.relpath(path, root), mode, data
