"""Checks the workflow that a page of the documentation shows: it is YAML, and its shell commands parse."""
import pathlib
import re
import subprocess
import sys

import yaml

page = pathlib.Path(sys.argv[1]).read_text()
workflow = yaml.safe_load(re.search(r"```yaml\n(.*?)```", page, re.DOTALL).group(1))
steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
assert any("archcalc check" in step.get("run", "") for step in steps)
for step in steps:
    assert ("run" in step) != ("uses" in step), step
    subprocess.run(["bash", "-n", "-c", step.get("run", "")], check=True)
