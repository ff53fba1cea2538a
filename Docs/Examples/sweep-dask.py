"""Cuts a sweep into shards, runs them on Dask workers, and puts the pieces together.

    pip install "dask[distributed]"
    python sweep-dask.py archcalc resnext50 --cardinality 1,2,4,8,16,32 --width 1..256

Each task is one process `archcalc sweep … --shard I/N --csv`; any engine that runs processes will do (Slurm arrays,
Kubernetes indexed jobs, GNU parallel, Spark). The pieces, one after the other, are the bytes of the whole sweep, which
this script makes sure of.
"""
import subprocess
import sys

from dask.distributed import Client, LocalCluster


def shard(command: list[str], index: int, count: int) -> bytes:
    piece = subprocess.run([*command, "--csv", "--threads", "1", "--shard", f"{index}/{count}"], check=True, capture_output=True)
    return piece.stdout


def main() -> None:
    program, network, *axes = sys.argv[1:]
    command = [program, "sweep", network, *axes]
    count = 8
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        tasks = [client.submit(shard, command, index, count, pure=False) for index in range(1, count + 1)]
        collected = b"".join(client.gather(tasks))
    whole = subprocess.run([*command, "--csv"], check=True, capture_output=True).stdout
    if collected != whole:
        sys.exit("the pieces differ from the whole")
    points = len(collected.splitlines()) - 1
    print(f"{count} shards on 2 workers, {points} points, {len(collected)} bytes: the same as one process")


if __name__ == "__main__":
    main()
