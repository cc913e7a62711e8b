"""Make what tests/perf/compare runs: workloads for guest and host, kernel, initramfs."""
import hashlib
import importlib.util
import os
import pathlib
import shutil
import stat
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/perf"
FLAGS = ["-std=c17", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", f"-I{ROOT}"]
LIBRARIES = ["-lm", "-pthread"]
GUEST_COMPILER = "s390x-linux-gnu-gcc"
MEMORY = {"boot": "512M", "small": "512M", "debian": "3G"}


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

    def write_initramfs(self, path, kind, workloads, text):
        """The image of a guest of KIND with WORKLOADS, of which /perf/list is TEXT."""
        files = {"init": self.guest_program(HERE / "guest/perf_init.c")}
        for workload in workloads:
            if workload.source:
                source = HERE / "workloads" / f"{workload.source}.c"
                files[f"perf/{workload.source}"] = self.guest_program(source)
        folder, program = stat.S_IFDIR | 0o755, stat.S_IFREG | 0o755
        members = [("perf", folder, b""), ("perf/list", stat.S_IFREG | 0o644, text.encode()),
                   *((name, folder, b"") for name in ("dev", "proc", "sys", "tmp", "run")),
                   *((name, program, file.read_bytes()) for name, file in files.items()),
                   ("TRAILER!!!", 0, b"")]
        with open(path, "wb") as output:
            for number, (name, mode, data) in enumerate(members, 1):
                output.write(self.cpio.entry(number, name, mode, data))
                if name == "dev":
                    output.write(self.cpio.entry(900000, "dev/console", stat.S_IFCHR | 0o600, b"",
                                                 (5, 1)))
