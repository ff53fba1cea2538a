#!/usr/bin/env python3
"""Tables of what Benchmarks/peers.py measured.

    Benchmarks/peer_tables.py write   the table between the marks of the README, and Docs/Speed.md
    Benchmarks/peer_tables.py check   whether both are those of the results

Results are files in Benchmarks/Results that `peers.py --json` and `accuracy.py --json` wrote.
"""
import json
import pathlib
import statistics
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / "Benchmarks/Results"
FILES = ["networks.json", "more.json", "batch8.json", "batch32.json"]  # in the order of the page; the first one's table is in the README, too
TITLES = {"onnxruntime": "onnxruntime", "openvino": "OpenVINO", "ncnn": "ncnn", "torch": "PyTorch", "torch-compiled": "PyTorch compiled",
          "opencv": "OpenCV"}
MARKS = ("<!-- written by Benchmarks/peer_tables.py -->", "<!-- end -->")


def cell(result):
    if result is None:
        return "–"
    if "error" in result:
        return "fails"
    text = f"{result['median'] * 1e3:.1f}"
    return text if result["agrees"] else f"({text}: differs)"


def words(document):
    """What was measured, on what, when."""
    batch = f"batches of {document['batch']}" if document["batch"] > 1 else "batch 1"
    versions = ", ".join(f"{TITLES[name]} {document['versions'][name]}" for name in document["peers"])
    threads = " / ".join({1: "one thread", 2: "two threads"}.get(count, f"{count} threads") for count in document["threads"])
    return (f"Median latency in ms with {threads}, {batch}, single precision, the same weights and input, all engines in turns\n"
            f"in one session ({document['rounds']} rounds of {document['runs']} runs), outputs compared, on {document['machine']}\n"
            f"({versions}; {document['date']}).")


def table(document, spread=False):
    """A row for each network; the counts of threads stand beside each other in its cells."""
    engines = ["archcalc", *document["peers"]]
    titles = ["network", "archcalc", *(TITLES[name] for name in document["peers"]), "archcalc / best"]
    lines = ["| " + " | ".join(titles + (["spread"] if spread else [])) + " |", "|---" * (len(titles) + spread) + "|"]
    for network in dict.fromkeys(row["network"] for row in document["results"]):
        rows = [row for row in document["results"] if row["network"] == network]
        cells = [" / ".join(cell(row["engines"].get(name)) for row in rows) for name in engines]
        cells.append(" / ".join(f"{row['ratio']:.2f}" if row["best"] else "–" for row in rows))
        if spread:
            cells.append(" / ".join(f"{row['engines']['archcalc']['spread'] * 50:.0f} %" for row in rows))
        lines.append(f"| {network} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def summary(document):
    """The mean of the ratios for each count of threads, and who is behind."""
    lines = []
    for threads in document["threads"]:
        rows = [row for row in document["results"] if row["threads"] == threads and row["best"]]
        ratios = [row["ratio"] for row in rows]
        behind = [f"{row['network']} ({row['ratio']:.2f})" for row in rows if row["ratio"] > 1]
        lines.append(f"Geometric mean of archcalc / best with {threads} thread{'s' if threads > 1 else ''}: "
                     f"{statistics.geometric_mean(ratios):.2f}; ahead on {len(rows) - len(behind)} of {len(rows)}"
                     + (f", behind on {', '.join(behind)}" if behind else "") + ".")
    return "\n".join(lines)


def text(document, spread=False):
    return f"{words(document)}\n\n{table(document, spread)}\n\n{summary(document)}\n"


def accuracy(results):
    """A row for each network: how far each engine's outputs are from those in double precision."""
    engines = list(next(iter(results.values())))
    lines = ["| network | " + " | ".join(TITLES.get(name, name) for name in engines) + " |", "|---" * (len(engines) + 1) + "|"]
    for network, found in results.items():
        cells = [f"{found[name]:.1e}" if found[name] is not None else "–" for name in engines]
        lines.append(f"| {network} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def page():
    parts = ["# Beside other engines\n\nWritten by `Benchmarks/peer_tables.py write` from the results in "
             "[Benchmarks/Results](../Benchmarks/Results).\nSpread is half the interquartile range of archcalc's times: the machine's "
             "clock changes, and other machines share it.\n"]
    for name in FILES:
        document = json.loads((RESULTS / name).read_text())
        parts.append(f"## {document['title']}\n\n{text(document, spread=True)}")
    parts.append("## Accuracy\n\n‖difference‖ / ‖outputs in double precision‖, by `Benchmarks/accuracy.py`; `--exact` leaves Winograd's "
                 "method out.\n\n" + accuracy(json.loads((RESULTS / "accuracy.json").read_text())) + "\n")
    return "\n".join(parts)


def readme():
    before, rest = (ROOT / "README.md").read_text().split(MARKS[0])
    return f"{before}{MARKS[0]}\n{text(json.loads((RESULTS / FILES[0]).read_text()))}{MARKS[1]}{rest.split(MARKS[1], 1)[1]}"


def main():
    written = {ROOT / "README.md": readme(), ROOT / "Docs/Speed.md": page()}
    match sys.argv[1:]:
        case ["write"]:
            for path, text in written.items():
                path.write_text(text)
        case ["check"]:
            stale = [path.name for path, text in written.items() if path.read_text() != text]
            if stale:
                sys.exit(f"{', '.join(stale)}: not what the results say; write with Benchmarks/peer_tables.py write")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
