"""What the scripts share that check archcalc against peers from PyPI: an environment of their own, and the account."""
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ARCHCALC = str(HERE.parent / ".build/release/archcalc")


def in_environment(packages, name):
    """Starts the script again in an environment that has the packages: $ARCHCALC_PEERS, or Benchmarks/NAME."""
    folder = pathlib.Path(os.environ.get("ARCHCALC_PEERS", HERE / name))
    python = folder / "bin" / "python"
    if pathlib.Path(sys.prefix).resolve() == folder.resolve():
        sys.exit(f"{folder} lacks one of {', '.join(packages)}")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    os.execv(python, [str(python), *sys.argv])


def add_folder(parser, what):
    parser.add_argument("--archcalc", default=ARCHCALC)
    parser.add_argument("--keep", type=pathlib.Path, help=f"a folder for {what}")


def account(cases, keep):
    """Prints of each (title, check(folder)) what is wrong and what is to be said; the exit status.

    `cases(folder)` gives them; a check gives (problems, remarks).
    """
    passed = failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = keep or pathlib.Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for title, check in cases(folder):
            try:
                problems, remarks = check()
            except Exception as error:  # whatever a peer throws is a finding
                problems, remarks = [f"{type(error).__name__}: {error}"], []
            failed += bool(problems)
            passed += not problems
            said = [f"PROBLEM: {problem}" for problem in problems] or ["as expected"]
            print(f"{title}: " + "; ".join(said + remarks), flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
